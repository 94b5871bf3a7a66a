#pragma once

#include <cstdint>
#include <random>

namespace longyang::testing {

/// Random numbers for examples: the same seed, the same example.
class Random {
public:
    explicit Random(std::uint64_t seed) : generator_(seed) {}
    double number(double low, double high) {
        return std::uniform_real_distribution<double>(low, high)(generator_);
    }
    int whole(int low, int high) {
        return std::uniform_int_distribution<int>(low, high)(generator_);
    }
    bool one_in(int n) { return whole(1, n) == 1; }

private:
    std::mt19937_64 generator_;
};

} // namespace longyang::testing
