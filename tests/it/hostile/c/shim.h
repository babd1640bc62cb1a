/* What shim.c and shim_calls.c share: is this call of the module's the one that fails? */

/* With the fault's word in fault_word and its number, if it has one, in fault_number. */
int shim_fails(const char *function, const void *from);
int shim_says(const char *word);
/* Is the target a call of this function? */
int shim_is_about(const char *function);
void *shim_real(const char *function);

extern long fault_number;

#define FAILS(function) shim_fails(function, __builtin_return_address(0))
#define REAL(type, function) ((type)shim_real(function))
