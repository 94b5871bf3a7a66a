#include "run/record_targets.hpp"

#include "grid/cascades.hpp"
#include "grid/targets.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <map>
#include <numeric>
#include <string>

namespace longyang::run {
namespace {

std::size_t at(int place) {
    return static_cast<std::size_t>(place);
}

/// Energy of a period by region and source, and of lines, of all ranks.
class Energy {
public:
    Energy(const grid::System& system, const grid::Schedule& schedule, const grid::Period& period)
        : system_(system), period_(period), by_source_(system.regions.name.size() * sources, 0.0) {
        add(system.thermal.bus, schedule.thermal_p_mw, grid::source_of_thermal);
        add(system.renewables.bus, schedule.renewable_p_mw, grid::source_of_renewable);
        add(system.hydro.bus, schedule.hydro_p_mw,
            [](const grid::System&, int) { return grid::Source::hydro; });
        for (std::size_t k = 0; k < system.pumps.bus.size(); ++k) {
            const int region = system.buses.region[at(system.pumps.bus[k])];
            by_source_[at(region) * sources + static_cast<std::size_t>(grid::Source::hydro)] -=
                grid::returned_mw_per_m3_per_s(system, k) * sum(schedule.pump_flow_m3_per_s.row(k));
        }
        add(system.storages.bus, schedule.storage_discharge_mw, grid::source_of_storage);
        for (std::size_t i = 0; i < system.hvdc.bus.size(); ++i) {
            line_.push_back(sum(schedule.hvdc_p_mw.row(i)));
        }
    }
    void join(const Comm& comm) {
        sum_in_order(comm, by_source_);
        sum_in_order(comm, line_);
    }
    [[nodiscard]] double line_mwh(int line) const { return line_[at(line)]; }
    /// Of a region's plants that meet targets of a kind.
    [[nodiscard]] double meeting_mwh(int region, const std::string& kind) const {
        double mwh = 0.0;
        for (std::size_t k = 0; k < sources; ++k) {
            mwh += grid::meets(kind, static_cast<grid::Source>(k))
                       ? by_source_[at(region) * sources + k]
                       : 0.0;
        }
        return mwh;
    }
    /// Of all plants of a region but storages.
    [[nodiscard]] double all_mwh(int region) const {
        const auto first = by_source_.begin() + static_cast<std::ptrdiff_t>(at(region) * sources);
        return std::accumulate(first + 1, first + sources, 0.0);
    }

private:
    static constexpr std::size_t sources = 5;

    [[nodiscard]] double sum(std::span<const double> row) const {
        return std::accumulate(row.begin() + period_.begin, row.begin() + period_.end, 0.0);
    }
    template <class SourceOf>
    void add(const std::vector<int>& bus, const grid::HourTable& table, SourceOf source) {
        for (std::size_t i = 0; i < bus.size(); ++i) {
            const int region = system_.buses.region[at(bus[i])];
            const auto k = static_cast<std::size_t>(source(system_, static_cast<int>(i)));
            by_source_[at(region) * sources + k] += sum(table.row(i));
        }
    }

    const grid::System& system_;
    grid::Period period_;
    std::vector<double> by_source_, line_;
};

/// Dual of the row of a tag and name over a period; 0 where there is none.
double price_of(const lp::Coupling& coupling, std::span<const double> dual, const std::string& tag,
                const std::string& name, const grid::Period& period) {
    for (std::size_t r = 0; r < std::min(dual.size(), coupling.rows.size()); ++r) {
        const lp::CouplingRow& row = coupling.rows[r];
        const lp::Pattern& pattern = coupling.patterns[at(row.pattern)];
        if (pattern.tag == tag && pattern.name == name && row.begin == period.begin &&
            row.end == period.end) {
            return dual[r];
        }
    }
    return 0.0;
}

bool of_one_market(const grid::Targets& table, const results::TargetResult& a,
                   const results::TargetResult& b) {
    const auto i = at(a.target);
    const auto j = at(b.target);
    return table.kind[i] == table.kind[j] && table.period[i] == table.period[j] &&
           a.begin == b.begin;
}

/// What the regions of a market owe, must not buy (PT-1) and have.
struct RegionNeed {
    double owed_mwh = 0.0, unbought_mwh = 0.0, own_mwh = 0.0;
    double of_owing_mwh =
        0.0;               ///< owed by rows that owe; a line that imports owes less than nothing
    std::size_t first = 0; ///< row
    /// What its own energy leaves of what must not be bought, and of all that is owed.
    [[nodiscard]] double least_mwh() const { return std::max(unbought_mwh - own_mwh, 0.0); }
    [[nodiscard]] double lack_mwh() const { return std::max(owed_mwh - own_mwh, least_mwh()); }
};

/// Rows of the market of `all[first]`, where it does not matter for the cost which of them misses
/// something; else none.
std::vector<std::size_t> alike_rows(const grid::Targets& table,
                                    const std::vector<results::TargetResult>& all,
                                    std::size_t first) {
    std::vector<std::size_t> rows;
    for (std::size_t k = 0; k < all.size(); ++k) {
        if (of_one_market(table, all[first], all[k])) {
            rows.push_back(k);
        }
    }
    const double cny_per_mwh = table.shortfall_cny_per_mwh[at(all[first].target)];
    const bool alike = std::all_of(rows.begin(), rows.end(), [&](std::size_t k) {
        const auto target = at(all[k].target);
        return table.hard[target] != "yes" && table.shortfall_cny_per_mwh[target] == cny_per_mwh;
    });
    return alike ? rows : std::vector<std::size_t>{};
}

/// What a market misses is told of the regions that lack it: what PT-1 asks of each, the rest in
/// proportion to what their own energy leaves; in a region by what its rows owe. The sum stays.
void place_missing(const grid::System& system, std::vector<results::TargetResult>& all) {
    const grid::Targets& table = system.targets;
    for (std::size_t first = 0; first < all.size(); ++first) {
        const std::vector<std::size_t> rows = alike_rows(table, all, first);
        if (table.kind[at(all[first].target)] == "clean_generation" || rows.empty() ||
            rows.front() != first) {
            continue; // met by own plants alone, or done already
        }
        std::map<int, RegionNeed> needs;
        double missing_mwh = 0.0;
        for (const std::size_t k : rows) {
            const auto target = at(all[k].target);
            RegionNeed& need =
                needs.try_emplace(table.region[target], RegionNeed{.first = k}).first->second;
            need.owed_mwh += all[k].owed_mwh;
            need.of_owing_mwh += std::max(all[k].owed_mwh, 0.0);
            need.unbought_mwh += (1.0 - table.bought_max_pu[target]) * all[k].owed_mwh;
            need.own_mwh = all[k].own_mwh;
            missing_mwh += all[k].short_mwh;
        }
        double rest_mwh = missing_mwh;
        double lack_mwh = 0.0;
        for (const auto& [region, need] : needs) {
            rest_mwh -= need.least_mwh();
            lack_mwh += need.lack_mwh() - need.least_mwh();
        }
        if (missing_mwh <= 0.0 || rest_mwh < 0.0 || lack_mwh <= 0.0) {
            continue; // nothing misses, or all of it where it has to
        }
        for (const std::size_t k : rows) {
            const RegionNeed& need = needs.at(table.region[at(all[k].target)]);
            const double of_region_mwh =
                need.least_mwh() + rest_mwh * (need.lack_mwh() - need.least_mwh()) / lack_mwh;
            const double of_row = need.of_owing_mwh > 0.0
                                      ? std::max(all[k].owed_mwh, 0.0) / need.of_owing_mwh
                                      : (k == need.first ? 1.0 : 0.0);
            all[k].short_mwh = of_region_mwh * of_row;
        }
    }
}

/// A region's energy meets what its targets owe in proportion, up to all of it; what is left over
/// stands with the first of them, as what it could sell.
void share_own_energy(const grid::System& system, std::vector<results::TargetResult>& all) {
    const grid::Targets& table = system.targets;
    for (results::TargetResult& result : all) {
        if (table.kind[at(result.target)] == "clean_generation") {
            continue; // met by own plants alone
        }
        double there_mwh = result.own_mwh; // with what rows have beyond what they owe
        double needed_mwh = 0.0;
        bool first = true;
        for (const results::TargetResult& other : all) {
            if (of_one_market(table, result, other) &&
                table.region[at(result.target)] == table.region[at(other.target)]) {
                first = first && other.target >= result.target;
                const double needs_mwh = other.owed_mwh - other.short_mwh;
                needed_mwh += std::max(needs_mwh, 0.0);
                there_mwh += std::max(-needs_mwh, 0.0);
            }
        }
        const double lack_mwh = std::max(needed_mwh - there_mwh, 0.0);
        const double needs_mwh = std::max(result.owed_mwh - result.short_mwh, 0.0);
        const double of_row = needed_mwh > 0.0 ? needs_mwh / needed_mwh : (first ? 1.0 : 0.0);
        result.bought_mwh = lack_mwh * of_row;
        result.sold_mwh = first ? std::max(there_mwh - needed_mwh, 0.0) : 0.0; // offered so far
    }
}

/// What is bought is taken from all that offer, in proportion.
void trade(const grid::Targets& table, std::vector<results::TargetResult>& all) {
    std::vector<double> sold;
    sold.reserve(all.size());
    for (const results::TargetResult& result : all) {
        double bought_mwh = 0.0;
        double offered_mwh = 0.0;
        for (const results::TargetResult& other : all) {
            if (of_one_market(table, result, other)) {
                bought_mwh += other.bought_mwh;
                offered_mwh += other.sold_mwh;
            }
        }
        sold.push_back(offered_mwh > 0.0 ? result.sold_mwh * std::min(1.0, bought_mwh / offered_mwh)
                                         : 0.0);
    }
    for (std::size_t k = 0; k < all.size(); ++k) {
        all[k].sold_mwh = sold[k];
    }
}

void set_prices(const model::Context& context, const lp::Coupling& coupling,
                std::span<const double> dual, const grid::Period& period,
                results::TargetResult& result) {
    const grid::Targets& table = context.system.targets;
    const auto k = at(result.target);
    if (table.kind[k] == "clean_generation") {
        result.price_cny_per_mwh =
            price_of(coupling, dual, "PT-3", "clean generation " + table.name[k], period);
        return;
    }
    result.certificate_cny_per_mwh =
        price_of(coupling, dual, "PT-2",
                 fmt::format("{} certificates by {}", table.kind[k], table.period[k]), period);
    result.price_cny_per_mwh =
        result.certificate_cny_per_mwh +
        price_of(coupling, dual, "PT-1",
                 fmt::format("{} quota of {} by {}", table.kind[k],
                             context.system.regions.name[at(table.region[k])], table.period[k]),
                 period);
}

} // namespace

std::vector<results::TargetResult> record_targets(const Comm& comm, const model::Context& context,
                                                  grid::Schedule& schedule,
                                                  const lp::Coupling& coupling,
                                                  std::span<const double> row_dual) {
    const grid::System& system = context.system;
    const grid::Targets& table = system.targets;
    const std::vector<grid::TargetPeriod> periods = grid::target_periods(system, context.span);
    std::vector<double> missing = schedule.target_short_mwh;
    missing.resize(periods.size(), 0.0);
    sum_in_order(comm, missing);
    std::vector<results::TargetResult> all;
    for (std::size_t k = 0; k < periods.size(); ++k) {
        const auto& [target, period] = periods[k];
        Energy energy(system, schedule, period);
        energy.join(comm);
        results::TargetResult result{target, period.begin, period.end};
        const int region = table.region[at(target)];
        double of_mwh = 0.0;
        if (table.kind[at(target)] == "clean_generation") {
            of_mwh = energy.all_mwh(region);
        } else if (table.hvdc[at(target)] >= 0) {
            of_mwh = energy.line_mwh(table.hvdc[at(target)]);
        } else {
            of_mwh = grid::consumption_mwh(system, region, context.span, period);
        }
        result.owed_mwh = table.share[at(target)] * of_mwh;
        result.own_mwh = energy.meeting_mwh(region, table.kind[at(target)]);
        result.short_mwh = missing[k];
        set_prices(context, coupling, row_dual, period, result);
        all.push_back(result);
    }
    place_missing(system, all);
    schedule.target_short_mwh.assign(all.size(), 0.0);
    for (std::size_t k = 0; k < all.size() && comm.root(); ++k) {
        schedule.target_short_mwh[k] = all[k].short_mwh;
    }
    share_own_energy(system, all);
    trade(table, all);
    return all;
}

} // namespace longyang::run
