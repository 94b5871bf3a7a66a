#include "solve/prices/rivers/flow_factor.hpp"

#include "kernels/symmetric.hpp"

#include <algorithm>
#include <limits>
#include <numeric>
#include <utility>

namespace longyang::solve::prices::river {
namespace {

constexpr std::size_t none = std::numeric_limits<std::size_t>::max();

} // namespace

FlowFactor::FlowFactor(const lp::River& river, std::size_t hours)
    : count_(river.reservoirs.size()), hours_(hours), row_(kernels::symmetric_stride(count_)),
      shift_(count_, 0) {
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
    inverse_.assign(steps_ * count_ * row_, 0.0);
    stored_.assign(steps_ * count_, 0.0);
    part_.assign(steps_ * count_, 0.0);
    lay_out_pumps(river);
}

void FlowFactor::lay_out_pumps(const lp::River& river) {
    for (std::size_t k = 0; k < river.pumps.size(); ++k) {
        Pump pump;
        pump.number = k;
        pump.early = static_cast<std::size_t>(river.pumps[k].from);
        pump.late = static_cast<std::size_t>(river.pumps[k].to);
        if (shift_[pump.early] > shift_[pump.late]) {
            std::swap(pump.early, pump.late);
        }
        pump.apart = static_cast<std::size_t>(shift_[pump.late] - shift_[pump.early]);
        pump.first_slot = slots_;
        for (std::size_t k_slot = 1; k_slot < pump.apart; ++k_slot) {
            next_place_.push_back(k_slot == 1 ? pump.late : count_ + slots_ - 1);
            ++slots_;
        }
        pumps_.push_back(pump);
    }
    const std::size_t front = count_ + slots_;
    dense_of_.assign(front, none);
    const auto add_dense = [&](std::size_t place) {
        if (dense_of_[place] == none) {
            dense_of_[place] = dense_.size();
            dense_.push_back(place);
        }
    };
    for (const Pump& pump : pumps_) {
        if (pump.apart > 0) {
            add_dense(pump.late);
        }
    }
    for (std::size_t slot = 0; slot < slots_; ++slot) {
        add_dense(count_ + slot);
    }
    if (!pumps_.empty()) {
        bound_.assign(steps_ * dense_.size() * count_, 0.0);
        solved_.assign(dense_.size() * count_, 0.0);
    }
}

/// A step's balances by themselves, on top of what earlier steps add.
void FlowFactor::add_own(const Matrix& matrix, std::size_t step) {
    const std::size_t n = count_;
    const std::span<double> block = inverse(step);
    for (std::size_t r = 0; r < n; ++r) {
        const std::ptrdiff_t t = hour(step, r);
        stored_[step * n + r] = 0.0;
        if (!within(t)) {
            block[r * row_ + r] = 1.0;
            continue;
        }
        const std::size_t at = r * hours_ + static_cast<std::size_t>(t);
        block[r * row_ + r] += matrix.diagonal[at];
        if (within(t + 1)) {
            stored_[step * n + r] = matrix.stored[at];
        }
        if (downstream_[r] >= 0 && within(hour(step, static_cast<std::size_t>(downstream_[r])))) {
            const auto d = static_cast<std::size_t>(downstream_[r]);
            block[r * row_ + d] -= matrix.released[at];
            block[d * row_ + r] -= matrix.released[at];
        }
    }
    for (const Pump& pump : pumps_) {
        const std::ptrdiff_t t = hour(step, pump.early);
        if (pump.apart == 0 && within(t)) {
            const double lifted = matrix.lifted[pump.number * hours_ + static_cast<std::size_t>(t)];
            block[pump.early * row_ + pump.late] -= lifted;
            block[pump.late * row_ + pump.early] -= lifted;
        }
    }
}

/// What binds a step's balances to the dense places of the next front: what they store, what slots
/// have come to bind, and pumps.
void FlowFactor::fill_dense(const Matrix& matrix, std::size_t step) {
    const std::size_t n = count_;
    const std::size_t front = n + slots_;
    double* bound = bound_.data() + step * dense_.size() * n;
    std::fill_n(bound, dense_.size() * n, 0.0);
    for (std::size_t d = 0; d < dense_.size(); ++d) {
        if (dense_[d] < n) {
            bound[d * n + dense_[d]] = -stored_[step * n + dense_[d]];
        }
    }
    for (std::size_t slot = 0; slot < slots_; ++slot) {
        double* to = bound + dense_of_[next_place_[slot]] * n;
        for (std::size_t i = 0; i < n; ++i) {
            to[i] += front_[i * front + n + slot];
        }
    }
    for (const Pump& pump : pumps_) {
        const std::ptrdiff_t t = hour(step, pump.early);
        if (pump.apart > 0 && within(t)) {
            const std::size_t place =
                pump.apart == 1 ? pump.late : n + pump.first_slot + pump.apart - 2;
            bound[dense_of_[place] * n + pump.early] -=
                matrix.lifted[pump.number * hours_ + static_cast<std::size_t>(t)];
        }
    }
}

/// Eliminates a step's balances: with W what binds them to the next front, -W' (inverse) W.
void FlowFactor::make_next_front(std::size_t step) {
    const std::size_t n = count_;
    const std::size_t front = n + slots_;
    const std::span<const double> eliminated = inverse(step);
    const double* stored = stored_.data() + step * n;
    const double* bound = bound_.data() + step * dense_.size() * n;
    std::fill(next_front_.begin(), next_front_.end(), 0.0);
    for (std::size_t a = 0; a < slots_; ++a) {
        for (std::size_t b = 0; b < slots_; ++b) {
            next_front_[next_place_[a] * front + next_place_[b]] += front_[(n + a) * front + n + b];
        }
    }
    for (std::size_t i = 0; i < n; ++i) {
        for (std::size_t j = 0; j < n; ++j) {
            if (dense_of_[i] == none && dense_of_[j] == none) {
                next_front_[i * front + j] -= stored[i] * stored[j] * eliminated[i * row_ + j];
            }
        }
    }
    for (std::size_t d = 0; d < dense_.size(); ++d) {
        double* solved = solved_.data() + d * n;
        kernels::multiply_symmetric(n, eliminated, {bound + d * n, n}, {solved, n});
        for (std::size_t i = 0; i < n; ++i) {
            if (dense_of_[i] == none) {
                next_front_[i * front + dense_[d]] += stored[i] * solved[i];
                next_front_[dense_[d] * front + i] += stored[i] * solved[i];
            }
        }
        for (std::size_t e = 0; e <= d; ++e) {
            const double product =
                std::inner_product(bound + e * n, bound + e * n + n, solved, 0.0);
            next_front_[dense_[d] * front + dense_[e]] -= product;
            if (e < d) {
                next_front_[dense_[e] * front + dense_[d]] -= product;
            }
        }
    }
}

void FlowFactor::factorise(const Matrix& matrix) {
    const std::size_t n = count_;
    const std::size_t front = n + slots_;
    front_.assign(pumps_.empty() ? 0 : front * front, 0.0);
    next_front_ = front_;
    for (std::size_t s = 0; s < steps_; ++s) {
        const std::span<double> block = inverse(s);
        if (!pumps_.empty()) {
            for (std::size_t i = 0; i < n; ++i) {
                std::copy_n(front_.begin() + static_cast<std::ptrdiff_t>(i * front), n,
                            block.begin() + static_cast<std::ptrdiff_t>(i * row_));
            }
        } else if (s > 0) {
            kernels::scale_symmetric(n, inverse(s - 1), {stored_.data() + (s - 1) * n, n}, block);
        } else {
            std::fill(block.begin(), block.end(), 0.0);
        }
        add_own(matrix, s);
        kernels::invert_symmetric(n, block);
        if (!pumps_.empty()) {
            fill_dense(matrix, s);
            make_next_front(s);
            std::swap(front_, next_front_);
        }
    }
}

void FlowFactor::solve(std::span<const double> right, std::span<double> left) {
    const std::size_t n = count_;
    const std::size_t front = n + slots_;
    // What earlier steps add to the right side of a front; then the values of a front.
    std::vector<double> now(front, 0.0);
    std::vector<double> next(front, 0.0);
    const auto bound = [&](std::size_t s, std::size_t d) {
        return bound_.data() + (s * dense_.size() + d) * n;
    };
    for (std::size_t s = 0; s < steps_; ++s) {
        for (std::size_t r = 0; r < n; ++r) {
            const std::ptrdiff_t t = hour(s, r);
            now[r] += within(t) ? right[r * hours_ + static_cast<std::size_t>(t)] : 0.0;
        }
        double* part = part_.data() + s * n;
        kernels::multiply_symmetric(n, inverse(s), {now.data(), n}, {part, n});
        for (std::size_t r = 0; r < n; ++r) {
            next[r] = dense_of_[r] == none ? stored_[s * n + r] * part[r] : 0.0;
        }
        std::fill(next.begin() + static_cast<std::ptrdiff_t>(n), next.end(), 0.0);
        for (std::size_t slot = 0; slot < slots_; ++slot) {
            next[next_place_[slot]] += now[n + slot];
        }
        for (std::size_t d = 0; d < dense_.size(); ++d) {
            next[dense_[d]] -= std::inner_product(part, part + n, bound(s, d), 0.0);
        }
        std::swap(now, next);
    }
    std::fill(now.begin(), now.end(), 0.0);
    std::vector<double> sum(n);
    for (std::size_t s = steps_; s-- > 0;) {
        for (std::size_t r = 0; r < n; ++r) {
            sum[r] = dense_of_[r] == none ? stored_[s * n + r] * now[r] : 0.0;
        }
        for (std::size_t d = 0; d < dense_.size(); ++d) {
            for (std::size_t r = 0; r < n; ++r) {
                sum[r] -= bound(s, d)[r] * now[dense_[d]];
            }
        }
        kernels::multiply_symmetric(n, inverse(s), sum, {next.data(), n});
        for (std::size_t slot = 0; slot < slots_; ++slot) {
            next[n + slot] = now[next_place_[slot]];
        }
        for (std::size_t r = 0; r < n; ++r) {
            next[r] += part_[s * n + r];
            if (within(hour(s, r))) {
                left[r * hours_ + static_cast<std::size_t>(hour(s, r))] = next[r];
            }
        }
        std::swap(now, next);
    }
}

} // namespace longyang::solve::prices::river
