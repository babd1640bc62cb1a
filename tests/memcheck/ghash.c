/* Why memcheck cannot follow ring's AES-GCM on x86_64, and that nothing is wrong there.
 *
 * gcm_ghash_avx (pregenerated/ghash-x86_64-elf.S) makes three registers zero without writing them first:
 * below .Lshort_avx it copies xmm0, xmm1 and xmm2, whatever is in them, to xmm3, xmm4 and xmm5, and xors
 * each copy with its original ("subtle way to zero", says the Perl that it is made from). x xor x is zero
 * whatever x is. memcheck keeps, for each bit of each register, whether it was ever written, does not know
 * that the two hold the same, and takes the sum for unwritten: with it the tag, and all that is sent or
 * decided by it. Which it is depends on what the code before has left in the registers; so the reports
 * name any place on the stack that was copied last.
 *
 * ghash registers  the result is the same for 1,000 contents of the three registers
 * ghash written    memcheck counts nothing when the registers were written before
 * ghash unwritten  and counts errors when they were not, with all else the same
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

extern void gcm_init_avx(uint8_t table[256], const uint64_t key[2]);
/* Called below, by its name. */
extern void gcm_ghash_avx(uint8_t sum[16], const uint8_t table[256], const uint8_t *in, size_t len);

static _Alignas(32) uint8_t table[256];
static const uint8_t block[16] = "seventeen 3 3 2";

/* The sum over one block, with these 48 bytes in xmm0, xmm1 and xmm2 when the function is entered. */
static void sum_with(const uint8_t *registers, uint8_t sum[16])
{
    void *rdi = sum, *rsi = table;
    const void *rdx = block;
    size_t rcx = sizeof block;
    memset(sum, 0, 16);
    __asm__ volatile("movdqu (%[from]), %%xmm0\n\t"
                     "movdqu 16(%[from]), %%xmm1\n\t"
                     "movdqu 32(%[from]), %%xmm2\n\t"
                     "call gcm_ghash_avx"
                     : "+D"(rdi), "+S"(rsi), "+d"(rdx), "+c"(rcx)
                     : [from] "r"(registers)
                     : "memory", "cc", "rax", "r8", "r9", "r10", "r11", "xmm0", "xmm1", "xmm2", "xmm3",
                       "xmm4", "xmm5", "xmm6", "xmm7", "xmm8", "xmm9", "xmm10", "xmm11", "xmm12",
                       "xmm13", "xmm14", "xmm15");
}

int main(int argc, char **argv)
{
    static const uint64_t key[2] = {0x0123456789abcdef, 0xfedcba9876543210};
    const char *what = argc > 1 ? argv[1] : "";
    uint8_t *registers = malloc(48);
    uint8_t sum[16];
    /* Where ring takes another way, memcheck has nothing to be blind for. */
    if (!__builtin_cpu_supports("avx")) {
        fputs("This processor has no AVX, and ring's way with it is what is tried here.\n", stderr);
        return 1;
    }
    gcm_init_avx(table, key);
    if (strcmp(what, "unwritten") != 0) {
        memset(registers, 0, 48);
    }
    sum_with(registers, sum);
    if (strcmp(what, "registers") == 0) {
        uint8_t again[16];
        for (int round = 0; round < 1000; round++) {
            for (int at = 0; at < 48; at++) {
                registers[at] = (uint8_t)rand();
            }
            sum_with(registers, again);
            if (memcmp(sum, again, sizeof sum) != 0) {
                puts("the registers matter");
                return 1;
            }
        }
    }
    /* A decision, which is what memcheck reports. */
    if (sum[0] == 0 && sum[15] == 0) {
        puts("an unlikely sum");
    }
    free(registers);
    return 0;
}
