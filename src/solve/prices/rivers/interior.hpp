#pragma once

// Internal to solve/prices: a cascade's water as one flow through reservoirs and hours.

#include "lp/oracle_data.hpp"
#include "solve/prices/rivers/flow_factor.hpp"
#include "solve/prices/rivers/lots.hpp"

#include <array>
#include <cstddef>
#include <optional>
#include <span>
#include <vector>

namespace longyang::solve::prices::river {

/// Amounts between 0 and their room, with the duals of both ends. Room 0: not there.
struct Boxes {
    std::vector<double> at, room, low_dual, high_dual, cost;
    // While steps are taken:
    std::vector<double> per_at, per_left;  ///< 1 / amount and 1 / room left
    std::vector<double> give;              ///< how far one moves for a unit of reduced cost
    std::vector<double> change;            ///< in the step at hand
    std::vector<double> low_aim, high_aim; ///< products of amount and dual that the step aims at

    explicit Boxes(std::size_t count);
    /// What is there while steps are taken.
    [[nodiscard]] std::array<std::vector<double>*, 6> of_steps() {
        return {&per_at, &per_left, &give, &change, &low_aim, &high_aim};
    }
};
/// Two duals with a difference, such that their products with the amounts are as alike as can be.
void set_duals(Boxes& own, std::size_t i, double reduced, double product);

/// Interior-point method for a cascade's storages and releases (PE-27 to PE-29), which goes on from
/// where it was when prices change.
class InteriorPoint {
public:
    /// river: read as long as the object lives.
    InteriorPoint(const lp::River& river, std::size_t hours, std::span<const std::size_t> lots);

    /// A reservoir's lots at other prices. What is released stays as it is.
    void set_lots(std::size_t r, const Lots& lots);
    /// What pumps cost for what they lift, pumps x hours.
    void set_pumps(std::span<const double> cny_per_hm3);
    /// At most so many steps, until the gap is this share of what water earns; gives their number.
    int improve(int most_steps, double gap_share);

    /// Reservoirs x hours.
    [[nodiscard]] std::span<const double> value_cny_per_hm3() const { return value_; }
    [[nodiscard]] double storage_hm3(std::size_t r, std::size_t t) const;
    /// What reservoir r holds back of its largest release, per hour.
    void held_back(std::size_t r, std::span<double> hm3) const;
    /// By a pump in an hour.
    [[nodiscard]] double lifted_hm3(std::size_t pump, std::size_t t) const {
        return pumps_.at[pump * hours_ + t];
    }

private:
    /// Boxes that lie one after the other, with what values of water make of them.
    struct Range {
        Boxes& boxes;
        std::size_t first, count;
        const double* worth;
    };
    template <class Visit>
    void for_ranges(const Visit& visit);
    void begin();
    void guess_values();
    /// Adds what pumps move, by what `moved` says of each, to reservoirs x hours.
    void lift(std::span<const double> moved_hm3, std::span<double> to) const;
    void hold_back(std::size_t r, std::size_t t, double hm3);
    void find_worth(std::span<const double> value);
    void find_residual();
    void find_duals();
    void follow_costs();
    [[nodiscard]] double find_gap();
    [[nodiscard]] double find_scale();
    void set_up(bool with_matrix);
    void add_right(std::size_t r);
    void add_gives(std::size_t r);
    void find_change();
    struct Lengths {
        double amounts, duals, gap_after;
    };
    [[nodiscard]] Lengths find_lengths(double few);
    void take_step(const Lengths& lengths, double product);
    void step(double gap, double missing_cny);
    int take_steps(int most_steps, double gap_share);
    /// Steps take as much room again as all that lasts.
    void make_room_for_steps();
    void give_room_back();

    const lp::River* river_;
    std::size_t count_, hours_;
    std::vector<int> downstream_;
    std::vector<std::size_t> travel_;
    std::vector<std::size_t> first_lot_; ///< per reservoir, and one behind the last
    std::vector<double> base_;           ///< reservoirs x hours: change where nothing is held back
    std::vector<double> low_, start_;
    std::vector<double> end_cost_;        ///< per reservoir, of its last storage
    std::vector<FlowFactor::Link> lifts_; ///< reservoirs of each pump
    Boxes storage_, lots_, end_, pumps_;
    std::vector<double> value_;
    // While steps are taken:
    std::vector<double> residual_, diagonal_, released_, right_, left_;
    std::vector<double> worth_stored_, worth_held_, worth_end_, worth_lifted_, moved_;
    std::optional<FlowFactor> factor_;
    double boxes_in_use_ = 0.0, typical_cost_ = 0.0, product_ = 0.0, first_gap_ = 0.0;
    bool begun_ = false, with_duals_ = false;
};

template <class Visit>
void InteriorPoint::for_ranges(const Visit& visit) {
    visit(Range{storage_, 0, count_ * hours_, worth_stored_.data()});
    for (std::size_t r = 0; r < count_; ++r) {
        for (std::size_t k = first_lot_[r]; k < first_lot_[r + 1]; ++k) {
            visit(Range{lots_, k * hours_, hours_, worth_held_.data() + r * hours_});
        }
    }
    visit(Range{end_, 0, count_, worth_end_.data()});
    if (!lifts_.empty()) {
        visit(Range{pumps_, 0, worth_lifted_.size(), worth_lifted_.data()});
    }
}

} // namespace longyang::solve::prices::river
