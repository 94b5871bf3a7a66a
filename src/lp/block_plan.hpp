#pragma once

#include <cstddef>
#include <span>
#include <variant>
#include <vector>

/// What a block with compact data (oracle_data.hpp) does over the span: the counterpart of its
/// columns' values. Tables have hours contiguous, one row an item.
namespace longyang::lp {

/// A cluster unit by unit: the units of its first group, then those of the second, ...
struct UnitsPlan {
    int units = 0;
    /// units x hours: not 0 where the unit is on. Units off in service hold all of their
    /// non-spinning reserve.
    std::vector<char> on;
    std::vector<double> p_mw, up_mw, down_mw; ///< gross, where CO2 is captured
    std::vector<double> captured_t = {};      ///< CO2; empty: none

    [[nodiscard]] double captured(std::size_t place) const {
        return captured_t.empty() ? 0.0 : captured_t[place];
    }
};

struct StorePlan {
    std::vector<double> charge_mw, discharge_mw, spill_mw, up_mw, down_mw;
    std::vector<double> unserved_mw;       ///< of the drain; empty: none
    std::vector<double> energy_mwh;        ///< at the end of the hour
    std::vector<double> value_cny_per_mwh; ///< of that energy; empty where it is not known
};

struct RiverPlan {
    /// reservoirs x hours; storage at the end of the hour, release with spill and turbines
    std::vector<double> storage_hm3, release_m3_per_s, spill_m3_per_s, release_short_m3_per_s;
    std::vector<double> end_short_hm3; ///< per reservoir
    /// stations x hours
    std::vector<double> flow_m3_per_s, p_mw, up_mw, down_mw;
    std::vector<double> pump_m3_per_s;     ///< pumps x hours
    std::vector<double> value_cny_per_hm3; ///< reservoirs x hours, of water at the hour's end;
                                           ///< empty where it is not known
    /// stations x hours: what water counts that turns a station above a reservoir with head
    /// segments (PE-34); empty where it is not known
    std::vector<double> head_price_cny_per_hm3;
};

struct LinePlan {
    std::vector<double> power_mw, delivered_mw; ///< per hour
    /// Where the line keeps contracts at prices of its own: their rows of the coupling, and prices.
    std::vector<std::size_t> period_row;
    std::vector<double> period_price_cny_per_mwh;
};

struct AmountPlan {
    std::vector<double> amount; ///< per hour
    std::vector<double> down;   ///< reserve held; empty where there is none
};

using BlockPlan =
    std::variant<std::monostate, UnitsPlan, StorePlan, RiverPlan, LinePlan, AmountPlan>;

/// All tables of real numbers of a plan, always in the same order: for messages and averages.
[[nodiscard]] std::vector<std::vector<double>*> tables_of(BlockPlan& plan);
[[nodiscard]] std::vector<const std::vector<double>*> tables_of(const BlockPlan& plan);

/// For messages between ranks; the bytes are those of the same kind of machine.
[[nodiscard]] std::vector<std::byte> to_bytes(std::span<const BlockPlan> plans);
[[nodiscard]] std::vector<BlockPlan> plans_from_bytes(std::span<const std::byte> message);

/// Plans that nobody looks at now, in a third of their room. Plan by plan, so that packing them and
/// unpacking them takes no more than they do.
class PackedPlans {
public:
    PackedPlans() = default;
    explicit PackedPlans(std::vector<BlockPlan> plans);

    [[nodiscard]] bool empty() const { return bytes_.empty(); }
    /// Nothing is left in it.
    [[nodiscard]] std::vector<BlockPlan> unpack();

private:
    std::vector<std::vector<std::byte>> bytes_; ///< per plan
};

} // namespace longyang::lp
