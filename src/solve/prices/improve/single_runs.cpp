#include "solve/prices/improve/single_runs.hpp"

#include "base/error.hpp"

#include <algorithm>
#include <cstddef>
#include <tuple>
#include <utility>
#include <variant>
#include <vector>

namespace longyang::solve::prices {
namespace {

/// Hours in which a unit is on without a stop.
struct Run {
    int begin = 0, end = 0;
};

std::vector<Run> runs_of(std::span<const char> on) {
    std::vector<Run> runs;
    for (std::size_t t = 0; t < on.size(); ++t) {
        if (on[t] == 0) {
            continue;
        }
        const int hour = static_cast<int>(t);
        if (runs.empty() || runs.back().end != hour) {
            runs.push_back({hour, hour});
        }
        runs.back().end = hour + 1;
    }
    return runs;
}

/// Cheaper is better, but first of all fewer hours in which rows are broken.
std::pair<int, double> value_of(const Dispatch& found) {
    return {found.broken_hours, found.cost_cny + found.breach_cny};
}

struct Unit {
    std::size_t block = 0, place = 0;
    const lp::UnitGroup* group = nullptr;
};

/// Cost of a MWh at full load.
double dearness(const lp::UnitGroup& group) {
    double cny_per_h = group.base_cny_per_h;
    double mw = group.base_mw;
    for (std::size_t m = 0; m < group.segment_mw.size(); ++m) {
        cny_per_h += group.segment_mw[m] * group.segment_cny_per_mwh[m];
        mw += group.segment_mw[m];
    }
    return mw > 0.0 ? cny_per_h / mw : cny_per_h;
}

/// Units on their own, the dearest first; without those whose heat is a store's, which is planned
/// with them.
std::vector<Unit> list_units(std::span<const lp::OracleData> blocks) {
    std::vector<Unit> units;
    for (std::size_t b = 0; b < blocks.size(); ++b) {
        const auto* groups = std::get_if<std::vector<lp::UnitGroup>>(&blocks[b]);
        std::size_t place = 0;
        for (std::size_t g = 0; groups != nullptr && g < groups->size(); ++g) {
            for (int k = 0; k < (*groups)[g].units; ++k, ++place) {
                if (!(*groups)[g].draw.from_store) {
                    units.push_back({b, place, &(*groups)[g]});
                }
            }
        }
    }
    // They are the likeliest to be on for nothing.
    std::sort(units.begin(), units.end(), [](const Unit& a, const Unit& b) {
        return std::tuple(dearness(*a.group), a.block, a.place) >
               std::tuple(dearness(*b.group), b.block, b.place);
    });
    return units;
}

class Trials {
public:
    Trials(Dispatcher& dispatcher, std::span<const lp::OracleData> blocks,
           std::span<const double> row_price, const SingleRunSettings& settings, Dispatch& best)
        : dispatcher_(dispatcher), row_price_(row_price), settings_(settings),
          units_(list_units(blocks)), best_(best) {}

    /// Gives the number of dispatches.
    long run() {
        for (bool changed = true; changed && !enough();) {
            changed = false;
            for (const Unit& unit : units_) {
                while (!enough() && change(unit)) {
                    changed = true;
                }
            }
        }
        return dispatches_;
    }

private:
    [[nodiscard]] bool enough() const {
        return hours_ >= settings_.most_hours || (settings_.stop && settings_.stop()) ||
               (best_.broken_hours == 0 && settings_.enough(best_.cost_cny));
    }

    /// Whether some change of the unit's runs was kept.
    bool change(const Unit& unit) {
        const std::vector<char> on = on_of(unit);
        for (const Run& run : runs_of(on)) {
            for (const Run& other : others(run, static_cast<int>(on.size()))) {
                std::vector<char> changed = on;
                std::fill(changed.begin() + run.begin, changed.begin() + run.end, char{0});
                std::fill(changed.begin() + other.begin, changed.begin() + other.end, char{1});
                if (changed == on || !may_run_so(*unit.group, changed)) {
                    continue;
                }
                if (better(unit, changed)) {
                    return true; // the runs are other ones now
                }
                if (enough()) {
                    return false;
                }
            }
        }
        return false;
    }

    /// None, and runs that begin or end earlier or later.
    static std::vector<Run> others(const Run& run, int hours) {
        std::vector<Run> all = {{run.begin, run.begin}};
        for (const int by : {24, 16, 8, 4, 2, 1, -1, -2, -4}) {
            all.push_back({std::max(run.begin + by, 0), run.end});
            all.push_back({run.begin, std::min(run.end - by, hours)});
        }
        std::erase_if(all, [&](const Run& r) {
            return r.end < r.begin || (r.end == r.begin && r.begin != run.begin);
        });
        return all;
    }

    [[nodiscard]] std::vector<char> on_of(const Unit& unit) const {
        const auto& plan = std::get<lp::UnitsPlan>(best_.plans[unit.block]);
        const std::size_t hours = plan.on.size() / static_cast<std::size_t>(plan.units);
        const auto first = plan.on.begin() + static_cast<std::ptrdiff_t>(unit.place * hours);
        return {first, first + static_cast<std::ptrdiff_t>(hours)};
    }

    /// Dispatches the schedule with the unit's other hours, and keeps it where it is better.
    bool better(const Unit& unit, std::span<const char> on) {
        auto& plan = std::get<lp::UnitsPlan>(best_.plans[unit.block]);
        lp::UnitsPlan before = plan;
        for (std::size_t t = 0; t < on.size(); ++t) {
            const std::size_t at = unit.place * on.size() + t;
            if (plan.on[at] != on[t]) {
                plan.on[at] = on[t];
                plan.p_mw[at] = on[t] != 0 ? unit.group->p_min_mw[t] : 0.0;
                plan.up_mw[at] = plan.down_mw[at] = 0.0;
            }
        }
        ++dispatches_;
        hours_ += static_cast<long>(on.size());
        try {
            Dispatch found = dispatcher_.run(best_.plans, row_price_, settings_.dispatch);
            if (value_of(found) < value_of(best_)) {
                best_ = std::move(found);
                return true;
            }
        } catch (const Error& error) {
            if (error.code() != Exit::numerical && error.code() != Exit::infeasible) {
                throw;
            }
        }
        plan = std::move(before);
        return false;
    }

    Dispatcher& dispatcher_;
    std::span<const double> row_price_;
    const SingleRunSettings& settings_;
    std::vector<Unit> units_;
    Dispatch& best_;
    long dispatches_ = 0;
    long hours_ = 0; ///< of all dispatches
};

} // namespace

bool may_run_so(const lp::UnitGroup& group, std::span<const char> on) {
    const int hours = static_cast<int>(on.size());
    for (std::size_t t = 0; t < on.size(); ++t) {
        if ((on[t] != 0 && group.available[t] == 0) || (on[t] == 0 && group.must_run[t] != 0)) {
            return false;
        }
    }
    const std::vector<Run> runs = runs_of(on);
    const bool free = group.initial_on < 0;
    int stopped = group.initial_on == 0 ? -group.initial_h : -hours - group.min_down_h;
    const bool goes_on = !runs.empty() && runs.front().begin == 0 && group.initial_on > 0;
    if (group.initial_on > 0 && !goes_on) {
        // It stops in hour 0.
        if (!group.initial_stop || group.initial_h < group.min_up_h) {
            return false;
        }
        stopped = 0;
    }
    for (const Run& run : runs) {
        const bool from_before = run.begin == 0 && (free || goes_on);
        const int on_before = goes_on ? group.initial_h : hours + group.min_up_h;
        const int on_h = run.end - run.begin + (from_before ? on_before : 0);
        if ((run.end < hours && on_h < group.min_up_h) ||
            (!from_before && run.begin - stopped < group.min_down_h)) {
            return false;
        }
        stopped = run.end;
    }
    return true;
}

long try_single_runs(Dispatcher& dispatcher, std::span<const lp::OracleData> blocks,
                     std::span<const double> row_price, const SingleRunSettings& settings,
                     Dispatch& best) {
    return Trials(dispatcher, blocks, row_price, settings, best).run();
}

} // namespace longyang::solve::prices
