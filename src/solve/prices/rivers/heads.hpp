#pragma once

// Internal to solve/prices: a reservoir whose stations have head segments.

#include "lp/oracle_data.hpp"
#include "solve/prices/rivers/curve.hpp"
#include "solve/prices/rivers/lots.hpp"

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

namespace longyang::solve::prices::river {

/// What can be had from elsewhere besides, or given there; parts x hours.
struct Offers {
    std::size_t parts = 0;
    std::vector<double> amount_hm3, cny_per_hm3;

    void add_part(std::size_t hours) {
        ++parts;
        amount_hm3.resize(parts * hours, 0.0);
        cny_per_hm3.resize(parts * hours, 0.0);
    }
};

/// The water of a reservoir in a programme over its hours.
struct HeadWater {
    std::span<const double> comes_hm3; ///< per hour, whatever is done
    const Offers* offers = nullptr;    ///< none: nothing
    const Offers* lifted = nullptr;    ///< what pumps take at most, and pay; none: nothing
    /// Value where it goes, from `travel_h` on; empty: none.
    std::span<const double> below_cny_per_hm3;
    std::span<const double> most_hm3 = {}; ///< storage at hours' ends; empty: as limits have it
};

/// Storages and head segments of a reservoir over all hours: in every hour the lots of the segments
/// that are in force at the storage before it (PE-25, PE-34, PE-35).
class HeadProgramme {
public:
    /// Keeps references to `river`.
    HeadProgramme(const lp::River& river, std::size_t reservoir, std::vector<std::size_t> stations,
                  std::size_t hours);

    /// asks, short_share: as for set_lots.
    void set_prices(std::span<const double> prices, const Asks& asks, double short_share = 1.0);
    /// Until prices are set again.
    void forget_prices();
    /// PE-25: a lower bound of cost less earnings; none where limits cannot be kept.
    [[nodiscard]] std::optional<double> bound(const HeadWater& water);
    /// Of PE-25: storages at the hours' ends that are best but for what PE-35 lowers. False where
    /// limits cannot be kept.
    bool choose(const HeadWater& water, std::span<double> storage_hm3);

private:
    using Zones = std::vector<Curve>; ///< by the zone of the storage
    /// That a storage lies in; the upper one on a border.
    [[nodiscard]] std::size_t zone_of(double storage_hm3) const;
    void gather(const HeadWater& water, std::size_t zone, std::size_t t);
    void begin(Zones& zones) const;
    void advance(const HeadWater& water, std::size_t t, const Zones& before, Zones& after);
    [[nodiscard]] std::optional<double> least_end(const Zones& zones, double& storage_hm3) const;
    [[nodiscard]] bool step_back(const HeadWater& water, std::size_t t, const Zones& before,
                                 double& storage_hm3);

    const lp::River& river_;
    const lp::RiverReservoir& own_;
    std::vector<std::size_t> stations_;
    std::size_t hours_;
    std::vector<double> from_;              ///< least storage of each zone; the first is below all
    std::vector<std::vector<int>> segment_; ///< per zone: stations of the reservoir x hours
    std::vector<Lots> lots_;                ///< per zone
    // of the hour and zone at hand
    double change_hm3_ = 0.0, cny_ = 0.0;
    std::vector<Stretch> added_;
    // work space
    Zones now_, next_;
    std::vector<Zones> kept_, block_;
    Curve moved_, part_;
    HullSpace hull_;
    std::vector<double> errors_;
};

} // namespace longyang::solve::prices::river
