/* Counts a process's calls that change files, whoever makes them (DuckDB, Arrow, Python), and lets the k-th go wrong.
 * Loaded before libc (LD_PRELOAD); `lab_arm(k, way)` starts to count: way 0 kills, 1 fills the disk from then on,
 * 2 is an I/O error once. `lab_count()` tells how many calls there were. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/types.h>
#include <unistd.h>

static atomic_long counted = 0, place = -1, way = 0;

void lab_arm(long k, long how) { counted = 0; way = how; place = k; }
long lab_count(void) { return counted; }

/* 0 where the call may go on. `grows` tells whether a full disk would refuse it. */
static int wrong(int grows) {
    if (place < 0) return 0;
    long now = ++counted;
    if (place == 0 || now < place) return 0;
    if (way == 0 && now == place) { kill(getpid(), SIGKILL); for (;;) pause(); }
    if (way == 1 && grows) { errno = ENOSPC; return 1; }
    if (way == 2 && now == place) { errno = EIO; return 1; }
    return 0;
}

#define NEXT(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))
#define FILES_ONLY(fd) (fd > 2)

ssize_t write(int fd, const void *b, size_t n) { return FILES_ONLY(fd) && wrong(1) ? -1 : NEXT(write)(fd, b, n); }
ssize_t pwrite(int fd, const void *b, size_t n, off_t o) { return wrong(1) ? -1 : NEXT(pwrite)(fd, b, n, o); }
ssize_t pwrite64(int fd, const void *b, size_t n, off64_t o) { return wrong(1) ? -1 : NEXT(pwrite64)(fd, b, n, o); }
int fsync(int fd) { return wrong(0) ? -1 : NEXT(fsync)(fd); }
int fdatasync(int fd) { return wrong(0) ? -1 : NEXT(fdatasync)(fd); }
int ftruncate(int fd, off_t n) { return wrong(1) ? -1 : NEXT(ftruncate)(fd, n); }
int ftruncate64(int fd, off64_t n) { return wrong(1) ? -1 : NEXT(ftruncate64)(fd, n); }
int rename(const char *a, const char *b) { return wrong(1) ? -1 : NEXT(rename)(a, b); }
int unlink(const char *a) { return wrong(0) ? -1 : NEXT(unlink)(a); }
