/* getenv(3) as sudo has one of its own, which with -E answers out of its caller's list, whatever
 * `environ` says. This caller hides the directory. */

#include <stddef.h>
#include <string.h>

extern char **environ;

char *getenv(const char *name) {
    static char value[] = "NO";
    if (strcmp(name, "_SSS_LOOPS") == 0 || strcmp(name, "_NO_DIRECTORY") == 0)
        return value;
    size_t length = strlen(name);
    for (char **pair = environ; pair != NULL && *pair != NULL; pair++)
        if (strncmp(*pair, name, length) == 0 && (*pair)[length] == '=')
            return *pair + length + 1;
    return NULL;
}
