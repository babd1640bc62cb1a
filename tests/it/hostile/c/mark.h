/* "duo2": an operation of prctl(2) that does not exist. */
#define MARK 0x64756f32
