#ifndef BASE_ERRNO_TEXT_H
#define BASE_ERRNO_TEXT_H

/*
 * What an errno value means, "No such file or directory", for those that our system calls may give;
 * "error 123" for any other. strerror(3) would bring the texts of all, and the languages. Good
 * until the next call.
 */
const char *errno_text(int number);

#endif
