/* Loaded before libfaketime, which shifts every absolute timer. The program's timers are of the monotonic clock, which a jump
   of the wall clock leaves alone; shifted, they would come a day late. */
#define _GNU_SOURCE
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <unistd.h>

int timerfd_settime(int file, int flags, const struct itimerspec *wanted, struct itimerspec *before) {
    return (int)syscall(SYS_timerfd_settime, file, flags, wanted, before);
}
