#include "run/forecast.hpp"

#include <sys/resource.h>

#include <cmath>

namespace longyang::run {

results::Forecast forecast(const lp::Size& size, bool relaxed) {
    results::Forecast said;
    const auto columns = static_cast<double>(size.columns);
    const auto nonzeros = static_cast<double>(size.nonzeros + size.coupling_nonzeros);
    // The program itself with the case, then what the blocks, the whole matrix and HiGHS's copies
    // take.
    said.memory_mb = 150.0 + 1e-6 * (300.0 * nonzeros + 1500.0 * columns) * (relaxed ? 1.0 : 2.0);
    // Simplex and interior point grow faster than the programme.
    said.seconds = 2.0 + 20.0 * std::pow(columns / 60000.0, 1.4) * (relaxed ? 1.0 : 5.0);
    return said;
}

double memory_used_mb() {
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    return static_cast<double>(usage.ru_maxrss) / 1024.0;
}

} // namespace longyang::run
