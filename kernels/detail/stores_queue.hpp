#pragma once

// Internal to kernels/: a queue with two ends for the steps of a store's value curve.

#include <Kokkos_Core.hpp>

#include <cstddef>

namespace longyang::kernels::detail {

/// At value `at` the content rises by `jump` at once, and its rise per value by `slope` from there.
struct Step {
    double at, jump, slope;
};

/// Steps by value with access to the least and the largest: an interval heap (van Leeuwen and Wood,
/// 1993). Node i holds the steps 2i and 2i + 1, least and largest of its subtree; the last node may
/// hold one step, which is both.
class StepQueue {
public:
    KOKKOS_INLINE_FUNCTION explicit StepQueue(Step* memory) : step_(memory) {}

    [[nodiscard]] KOKKOS_INLINE_FUNCTION bool empty() const { return size_ == 0; }
    KOKKOS_INLINE_FUNCTION Step& least() { return step_[0]; }
    KOKKOS_INLINE_FUNCTION Step& largest() { return step_[size_ > 1 ? 1 : 0]; }

    KOKKOS_INLINE_FUNCTION void push(const Step& step) {
        std::ptrdiff_t i = size_++;
        if ((i & 1) != 0 && step.at < step_[i - 1].at) {
            step_[i] = step_[i - 1];
            --i;
        }
        if (i > 1 && step.at < step_[least_above(i)].at) {
            rise(
                i, step, [](double a, double b) { return a < b; }, 0);
        } else if (i > 1 && step.at > step_[least_above(i) + 1].at) {
            rise(
                i, step, [](double a, double b) { return a > b; }, 1);
        } else {
            step_[i] = step;
        }
    }

    KOKKOS_INLINE_FUNCTION void pop_least() {
        const Step last = step_[--size_];
        if (size_ > 0) {
            sink_least(last);
        }
    }

    KOKKOS_INLINE_FUNCTION void pop_largest() {
        const Step last = step_[--size_];
        if (size_ > 1) {
            sink_largest(last);
        }
    }

    /// Changes every step in place; those for which `change` gives false are left out.
    template <class Change>
    KOKKOS_INLINE_FUNCTION void change(const Change& change_step) {
        const std::ptrdiff_t count = size_;
        size_ = 0;
        for (std::ptrdiff_t i = 0; i < count; ++i) {
            Step step = step_[i];
            if (change_step(step)) {
                push(step); // no further than i
            }
        }
    }

private:
    /// Index of the least step of the node above that of step i.
    KOKKOS_INLINE_FUNCTION static std::ptrdiff_t least_above(std::ptrdiff_t i) {
        return 2 * ((i / 2 - 1) / 2);
    }

    template <class Beats>
    KOKKOS_INLINE_FUNCTION void rise(std::ptrdiff_t i, const Step& step, const Beats& beats,
                                     std::ptrdiff_t end) {
        while (i > 1) {
            const std::ptrdiff_t above = least_above(i) + end;
            if (!beats(step.at, step_[above].at)) {
                break;
            }
            step_[i] = step_[above];
            i = above;
        }
        step_[i] = step;
    }

    KOKKOS_INLINE_FUNCTION static void exchange(Step& a, Step& b) {
        const Step kept = a;
        a = b;
        b = kept;
    }

    KOKKOS_INLINE_FUNCTION void sink_least(Step step) {
        std::ptrdiff_t i = 0;
        for (;;) {
            if (i + 1 < size_ && step.at > step_[i + 1].at) {
                exchange(step, step_[i + 1]);
            }
            std::ptrdiff_t child = 2 * i + 2;
            if (child + 2 < size_ && step_[child + 2].at < step_[child].at) {
                child += 2;
            }
            if (child >= size_ || step.at <= step_[child].at) {
                break;
            }
            step_[i] = step_[child];
            i = child;
        }
        step_[i] = step;
    }

    /// Index of the largest step of node `node`, or `size_` or more where it holds none.
    [[nodiscard]] KOKKOS_INLINE_FUNCTION std::ptrdiff_t largest_of(std::ptrdiff_t node) const {
        return 2 * node + 1 < size_ ? 2 * node + 1 : 2 * node;
    }

    KOKKOS_INLINE_FUNCTION void sink_largest(Step step) {
        std::ptrdiff_t i = 1;
        for (;;) {
            if ((i & 1) == 0) {
                break; // the one step of the last node
            }
            if (step.at < step_[i - 1].at) {
                exchange(step, step_[i - 1]);
            }
            const std::ptrdiff_t node = i / 2;
            std::ptrdiff_t child = largest_of(2 * node + 1);
            const std::ptrdiff_t other = largest_of(2 * node + 2);
            if (other < size_ && step_[other].at > step_[child].at) {
                child = other;
            }
            if (child >= size_ || step.at >= step_[child].at) {
                break;
            }
            step_[i] = step_[child];
            i = child;
        }
        step_[i] = step;
    }

    Step* step_;
    std::ptrdiff_t size_ = 0;
};

} // namespace longyang::kernels::detail
