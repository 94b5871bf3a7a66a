#pragma once

#include "ac_networks.hpp"
#include "kernels/ac_flow.hpp"

#include <cstddef>
#include <vector>

namespace longyang::kernels::test {

/// Hours of loads and of what the regulated buses give, [bus][hour].
struct Hours {
    std::size_t hours;
    std::vector<double> p, q, v_set, q_min, q_max;

    [[nodiscard]] AcHours spans() const { return {hours, p, q, v_set, q_min, q_max, {}, {}}; }
    [[nodiscard]] std::vector<double> at(const std::vector<double>& table, std::size_t hour) const {
        const std::size_t buses = p.size() / hours;
        std::vector<double> out;
        for (std::size_t i = 0; i < buses; ++i) {
            out.push_back(table.size() == buses ? table[i] : table[i * hours + hour]);
        }
        return out;
    }
};

/// Hours of like shape, each at a level of its own.
Hours make_hours(const AcTestNetwork& network, std::size_t hours, double load, unsigned seed);

/// A slack of 1 pu behind x = 0.1 with a load p at power factor 1: v^2 = (1 + sqrt(1 - 4 x^2 p^2))
/// / 2; beyond p = 1 / (2 x) = 5 there is no solution.
AcTestNetwork two_buses();

AcSummary solve(AcTestNetwork& network, const Hours& hours, AcTestAnswers& answers,
                const AcSettings& settings = {});

/// Largest |V conj(Y V) - S| of an hour with what the slack and the machines add, by a plain loop.
double residual(const AcTestNetwork& network, const Hours& hours, const AcTestAnswers& answers,
                std::size_t hour);

void expect_solved(const AcTestNetwork& network, const Hours& hours, const AcTestAnswers& answers);
void expect_near(const std::vector<double>& a, const std::vector<double>& b, double tolerance);

} // namespace longyang::kernels::test
