#include "run/memory.hpp"

#include <sys/resource.h>

#ifdef __GLIBC__
#include <malloc.h>
#endif

namespace longyang::run {

double memory_used_mb() {
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    return static_cast<double>(usage.ru_maxrss) / 1024.0;
}

void give_memory_back() {
#ifdef __GLIBC__
    malloc_trim(0);
#endif
}

} // namespace longyang::run
