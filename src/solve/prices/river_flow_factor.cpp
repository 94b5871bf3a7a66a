#include "solve/prices/river_flow_factor.hpp"

#include <algorithm>

namespace longyang::solve::prices::river {
namespace {

/// Symmetric, positive definite; by the sweep operator, in place.
void invert(double* matrix, std::size_t n) {
    for (std::size_t k = 0; k < n; ++k) {
        double* pivot_row = matrix + k * n;
        const double pivot = 1.0 / pivot_row[k];
        pivot_row[k] = 1.0;
        for (std::size_t j = 0; j < n; ++j) {
            pivot_row[j] *= pivot;
        }
        for (std::size_t i = 0; i < n; ++i) {
            double* own_row = matrix + i * n;
            const double factor = own_row[k];
            if (i == k || factor == 0.0) {
                continue;
            }
            own_row[k] = 0.0;
            for (std::size_t j = 0; j < n; ++j) {
                own_row[j] -= factor * pivot_row[j];
            }
        }
    }
}

} // namespace

FlowFactor::FlowFactor(const lp::River& river, std::size_t hours)
    : count_(river.reservoirs.size()), hours_(hours), shift_(count_, 0) {
    std::ptrdiff_t longest = 0;
    for (const lp::RiverReservoir& own : river.reservoirs) {
        downstream_.push_back(own.downstream);
    }
    for (std::size_t r = count_; r-- > 0;) {
        if (downstream_[r] >= 0) {
            shift_[r] =
                shift_[static_cast<std::size_t>(downstream_[r])] + river.reservoirs[r].travel_h;
        }
        longest = std::max(longest, shift_[r]);
    }
    steps_ = hours_ + static_cast<std::size_t>(longest);
    inverse_.assign(steps_ * count_ * count_, 0.0);
    stored_.assign(steps_ * count_, 0.0);
    part_.assign(steps_ * count_, 0.0);
}

void FlowFactor::factorise(std::span<const double> diagonal, std::span<const double> stored,
                           std::span<const double> released) {
    const std::size_t n = count_;
    for (std::size_t s = 0; s < steps_; ++s) {
        double* matrix = inverse_.data() + s * n * n;
        const double* before = matrix - n * n;
        const double* bound = stored_.data() + (s > 0 ? s - 1 : 0) * n;
        for (std::size_t i = 0; i < n; ++i) {
            for (std::size_t j = 0; j < n; ++j) {
                matrix[i * n + j] = s > 0 ? -bound[i] * bound[j] * before[i * n + j] : 0.0;
            }
        }
        for (std::size_t r = 0; r < n; ++r) {
            const std::ptrdiff_t t = hour(s, r);
            stored_[s * n + r] = 0.0;
            if (!within(t)) {
                matrix[r * n + r] = 1.0;
                continue;
            }
            const std::size_t at = r * hours_ + static_cast<std::size_t>(t);
            matrix[r * n + r] += diagonal[at];
            if (within(t + 1)) {
                stored_[s * n + r] = stored[at];
            }
            if (downstream_[r] >= 0 && within(hour(s, static_cast<std::size_t>(downstream_[r])))) {
                const auto d = static_cast<std::size_t>(downstream_[r]);
                matrix[r * n + d] -= released[at];
                matrix[d * n + r] -= released[at];
            }
        }
        invert(matrix, n);
    }
}

void FlowFactor::solve(std::span<const double> right, std::span<double> left) {
    const std::size_t n = count_;
    std::vector<double> sum(n);
    const auto multiply = [&](std::size_t s, double* result) {
        const double* inverse = inverse_.data() + s * n * n;
        std::fill(result, result + n, 0.0);
        for (std::size_t j = 0; j < n; ++j) {
            const double factor = sum[j];
            for (std::size_t i = 0; i < n; ++i) {
                result[i] += inverse[j * n + i] * factor; // symmetric
            }
        }
    };
    for (std::size_t s = 0; s < steps_; ++s) {
        for (std::size_t r = 0; r < n; ++r) {
            const std::ptrdiff_t t = hour(s, r);
            sum[r] = within(t) ? right[r * hours_ + static_cast<std::size_t>(t)] : 0.0;
            if (s > 0) {
                sum[r] += stored_[(s - 1) * n + r] * part_[(s - 1) * n + r];
            }
        }
        multiply(s, part_.data() + s * n);
    }
    std::vector<double> result(n, 0.0);
    for (std::size_t s = steps_; s-- > 0;) {
        for (std::size_t r = 0; r < n; ++r) {
            sum[r] = stored_[s * n + r] * result[r];
        }
        multiply(s, result.data());
        for (std::size_t r = 0; r < n; ++r) {
            result[r] += part_[s * n + r];
            if (within(hour(s, r))) {
                left[r * hours_ + static_cast<std::size_t>(hour(s, r))] = result[r];
            }
        }
    }
}

} // namespace longyang::solve::prices::river
