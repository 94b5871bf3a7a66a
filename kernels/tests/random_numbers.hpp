#pragma once

#include <cstddef>
#include <random>
#include <vector>

namespace longyang::kernels::test {

/// Numbers spread evenly over [low, high), the same in every run.
inline std::vector<double> random_numbers(std::size_t count, double low, double high,
                                          unsigned seed) {
    std::mt19937_64 generator(seed);
    std::uniform_real_distribution<double> uniform(low, high);
    std::vector<double> values(count);
    for (double& value : values) {
        value = uniform(generator);
    }
    return values;
}

} // namespace longyang::kernels::test
