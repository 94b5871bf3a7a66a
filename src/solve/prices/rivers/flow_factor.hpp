#pragma once

// Internal to solve/prices: the matrix of a cascade's water balances.

#include "lp/oracle_data.hpp"

#include <cstddef>
#include <span>
#include <vector>

namespace longyang::solve::prices::river {

/// The water balances of all reservoirs and hours, factorised (PE-28). Hours of a reservoir are
/// counted by when water from it reaches the mouth, so that a release arrives within its hour,
/// whose balances are a tree; hours follow one another through what is stored. A pump binds two
/// balances of an hour that are counted some steps apart: those in between carry the later one.
class FlowFactor {
public:
    /// Two reservoirs that a pump binds.
    struct Link {
        std::size_t from = 0, to = 0;
    };
    /// The matrix, reservoirs x hours: its diagonal; less that, what binds a balance to the next
    /// hour's (`stored`) and to the one where its release arrives (`released`). lifted, pumps x
    /// hours: less what binds the balances of a pump's two reservoirs.
    struct Matrix {
        std::span<const double> diagonal, stored, released, lifted;
    };

    FlowFactor(const lp::River& river, std::size_t hours);
    void factorise(const Matrix& matrix);
    /// reservoirs x hours both.
    void solve(std::span<const double> right, std::span<double> left);

private:
    /// A pump by the steps of its balances. The later balance is a slot of the steps in between.
    struct Pump {
        std::size_t number = 0;
        std::size_t early = 0, late = 0; ///< reservoirs
        std::size_t apart = 0;           ///< steps
        std::size_t first_slot = 0;      ///< `apart` - 1 slots, the next step's first
    };

    [[nodiscard]] std::ptrdiff_t hour(std::size_t step, std::size_t r) const {
        return static_cast<std::ptrdiff_t>(step) - shift_[r];
    }
    [[nodiscard]] bool within(std::ptrdiff_t t) const {
        return t >= 0 && t < static_cast<std::ptrdiff_t>(hours_);
    }
    void lay_out_pumps(const lp::River& river);
    void add_own(const Matrix& matrix, std::size_t step);
    void fill_dense(const Matrix& matrix, std::size_t step);
    void make_next_front(std::size_t step);
    /// Of a step's balances, with rows of kernels/symmetric.hpp.
    [[nodiscard]] std::span<double> inverse(std::size_t step) {
        return std::span(inverse_).subspan(step * count_ * row_, count_ * row_);
    }

    std::size_t count_, hours_, steps_ = 0;
    std::size_t row_; ///< numbers a row of an inverse
    std::vector<int> downstream_;
    std::vector<std::ptrdiff_t> shift_; ///< of a reservoir's hours
    std::vector<double> inverse_;       ///< steps x reservoirs x row_
    std::vector<double> stored_;        ///< steps x reservoirs, to the next step
    std::vector<double> part_;          ///< steps x reservoirs
    // Of pumps. A step's front are its own balances and its slots; eliminating the balances binds
    // each to its own one in the next front, and to all of the next front's dense places.
    std::vector<Pump> pumps_;
    std::size_t slots_ = 0;
    std::vector<std::size_t> next_place_; ///< per slot: where it stands in the next front
    std::vector<std::size_t> dense_;      ///< places of a front
    std::vector<std::size_t> dense_of_;   ///< per place of a front: its number in dense_, or none
    std::vector<double> bound_;           ///< steps x dense places x reservoirs
    std::vector<double> front_, next_front_; ///< front x front: what earlier steps add
    std::vector<double> solved_;             ///< dense places x reservoirs
};

} // namespace longyang::solve::prices::river
