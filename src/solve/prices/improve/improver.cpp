#include "solve/prices/improve/improver.hpp"

#include "base/error.hpp"
#include "solve/prices/blend_plans.hpp"
#include "solve/prices/hour_rows.hpp"
#include "solve/prices/improve/plants.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <type_traits>
#include <utility>
#include <variant>

namespace longyang::solve::prices {
namespace {

using PlantWindow =
    std::variant<std::monostate, UnitsWindow, StoreWindow, RiverWindow, LineWindow, AmountWindow>;

/// What a row may be broken by, as a share of its size, and count as kept: what windows are solved
/// to.
constexpr double rounding = 1e-6;

std::size_t at(int number) {
    return static_cast<std::size_t>(number);
}

bool touches(const lp::CouplingRow& row, const Window& window) {
    return at(row.begin) < window.end && at(row.end) > window.begin;
}

} // namespace

struct Improver::Parts {
    const lp::Coupling& coupling;
    std::span<const lp::OracleData> blocks;
    std::span<const double> row_price;
    Dispatch& schedule;
    std::span<const int> part_of; ///< of the system, per block; empty: it is one
    Kept kept;
    std::size_t hours;
    HourRows hour_rows;
    std::vector<std::vector<std::size_t>> of_hour;
    std::vector<std::size_t> long_rows;
    /// An amount with hours in which it stands in rows over several alone, and its weights in them
    /// by their numbers.
    struct LongAmount {
        std::size_t block = 0;
        std::vector<std::pair<std::size_t, double>> weights;
        std::vector<std::size_t> hours; ///< of these, in which it can be other than one value
    };
    std::vector<LongAmount> long_amounts;
    std::vector<Window> together;
    std::vector<double> long_sum;  ///< per row of the coupling, of long rows, before `together`
    std::vector<double> long_more; ///< what windows have added since then

    /// An amount in an hour in which it stands in rows over several alone, as a change of it.
    struct Change {
        std::size_t block = 0, hour = 0;
        int column = 0;
        double more = 0.0;
    };
    struct LongPart {
        std::size_t row = 0;
        double now = 0.0; ///< of the columns
        std::vector<lp::Term> terms;
        bool of_window = false; ///< has columns of the window's hours
    };
    struct Built {
        Window window;
        std::vector<PlantWindow> plants;
        std::vector<Change> changes;
        std::vector<LongPart> long_parts;
    };
    std::map<std::size_t, Built> built; ///< windows that wait for a solution
    std::vector<Change> changes;        ///< made since `begin`
    std::vector<double> sums_before;    ///< to channels at `begin`, where the system has parts
    std::vector<char> broken;           ///< hours, when they were last looked at

    Parts(const lp::Coupling& coupling_, std::span<const lp::OracleData> blocks_,
          std::span<const double> row_price_, Dispatch& schedule_, std::span<const int> part_,
          Kept kept_);

    [[nodiscard]] double price_of(std::size_t row) const;
    [[nodiscard]] std::vector<double> prices_in(const Window& window) const;
    [[nodiscard]] std::vector<double> channels() const;
    void add_plant(std::size_t k, Built& own, WindowProgramme& programme);
    [[nodiscard]] WindowProgramme programme(Built& own);
    void set_constants(const Window& window, WindowProgramme& programme) const;
    void add_hour_rows(const Window& window, ChannelSums& sums, WindowProgramme& programme) const;
    [[nodiscard]] std::vector<std::pair<std::size_t, double>>
    long_weights(const lp::HourlyAmount& amount) const;
    [[nodiscard]] double share_of(const lp::CouplingRow& row) const;
    void add_changes(Built& own, WindowProgramme& programme) const;
    void add_long_rows(ChannelSums& sums, Built& own, WindowProgramme& programme) const;
    void settle();
    void judge(const HourWatch& watch);
    double take_plant(std::size_t k, const PlantWindow& plant, std::span<const double> value);
};

Improver::Parts::Parts(const lp::Coupling& coupling_, std::span<const lp::OracleData> blocks_,
                       std::span<const double> row_price_, Dispatch& schedule_,
                       std::span<const int> part_, Kept kept_)
    : coupling(coupling_), blocks(blocks_), row_price(row_price_), schedule(schedule_),
      part_of(part_), kept(std::move(kept_)), hours(at(coupling_.hours)), hour_rows(coupling_),
      of_hour(hours), long_sum(coupling_.rows.size(), 0.0), long_more(coupling_.rows.size(), 0.0) {
    if (schedule.plans.size() != blocks.size() ||
        (!part_of.empty() && part_of.size() != blocks.size()) ||
        (!kept.held.empty() && kept.held.size() != blocks.size())) {
        throw Error(Exit::defect, "a schedule that does not fit the programme");
    }
    if (!std::all_of(coupling.rows.begin(), coupling.rows.end(),
                     [](const lp::CouplingRow& row) { return row.must_hold(); })) {
        throw Error(Exit::defect, "rows that may be broken cannot be improved");
    }
    const std::vector<double> channel = channels();
    for (std::size_t r = 0; r < coupling.rows.size(); ++r) {
        const lp::CouplingRow& row = coupling.rows[r];
        if (row.end - row.begin == 1) {
            of_hour[at(row.begin)].push_back(r);
        } else {
            long_rows.push_back(r);
            long_sum[r] = sum_of_row(coupling, row, channel);
        }
    }
    for (std::size_t k = 0; k < blocks.size(); ++k) {
        const auto* amount = std::get_if<lp::HourlyAmount>(&blocks[k]);
        if (amount == nullptr) {
            continue;
        }
        LongAmount own;
        own.block = k;
        for (std::size_t t = 0; t < hours; ++t) {
            if (amount->high[t] > amount->low[t] && !hour_rows.hold(*amount, t)) {
                own.hours.push_back(t);
            }
        }
        if (!own.hours.empty()) {
            own.weights = long_weights(*amount);
            long_amounts.push_back(std::move(own));
        }
    }
}

std::vector<double> Improver::Parts::channels() const {
    std::vector<double> channel(coupling.channels.size() * hours, 0.0);
    for (std::size_t k = 0; k < blocks.size(); ++k) {
        give_plan(blocks[k], schedule.plans[k], hours, channel);
    }
    return channel;
}

double Improver::Parts::price_of(std::size_t row) const {
    return row_price.empty() ? unknown : row < row_price.size() ? row_price[row] : 0.0;
}

/// Of channels in the hours of a window; empty: not known.
std::vector<double> Improver::Parts::prices_in(const Window& window) const {
    if (row_price.empty()) {
        return {};
    }
    std::vector<double> price(coupling.channels.size() * window.hours(), 0.0);
    const auto add = [&](std::size_t r) {
        const lp::CouplingRow& row = coupling.rows[r];
        const lp::Pattern& pattern = coupling.patterns[at(row.pattern)];
        for (std::size_t k = 0; k < pattern.channel.size(); ++k) {
            const std::size_t first = at(pattern.channel[k]) * window.hours();
            for (std::size_t t = std::max(at(row.begin), window.begin);
                 t < std::min(at(row.end), window.end); ++t) {
                price[first + t - window.begin] += pattern.weight[k] * price_of(r);
            }
        }
    };
    for (std::size_t t = window.begin; t < window.end; ++t) {
        std::for_each(of_hour[t].begin(), of_hour[t].end(), add);
    }
    std::for_each(long_rows.begin(), long_rows.end(), add);
    return price;
}

void Improver::Parts::add_plant(std::size_t k, Built& own, WindowProgramme& programme) {
    static const Held nothing;
    const lp::BlockPlan& plan = schedule.plans[k];
    const Held& held = kept.held.empty() ? nothing : kept.held[k];
    PlantWindow& plant = own.plants.emplace_back();
    if (const auto* units = std::get_if<std::vector<lp::UnitGroup>>(&blocks[k])) {
        if (!units->empty()) {
            plant.emplace<UnitsWindow>(*units, std::get<lp::UnitsPlan>(plan), own.window, hours,
                                       programme);
        }
    } else if (const auto* store = std::get_if<lp::Store>(&blocks[k])) {
        plant.emplace<StoreWindow>(*store, std::get<lp::StorePlan>(plan), own.window, hours, held,
                                   programme);
    } else if (const auto* river = std::get_if<lp::River>(&blocks[k])) {
        if (!river->reservoirs.empty()) {
            plant.emplace<RiverWindow>(*river, std::get<lp::RiverPlan>(plan), own.window, hours,
                                       held, programme);
        }
    } else if (const auto* line = std::get_if<lp::LevelLine>(&blocks[k])) {
        plant.emplace<LineWindow>(*line, std::get<lp::LinePlan>(plan), own.window, held, programme);
    } else if (const auto* amount = std::get_if<lp::HourlyAmount>(&blocks[k])) {
        plant.emplace<AmountWindow>(*amount, std::get<lp::AmountPlan>(plan), own.window, hour_rows,
                                    programme);
    } else {
        throw Error(Exit::defect, "a block without compact data cannot be improved");
    }
}

/// What is given without the columns.
void Improver::Parts::set_constants(const Window& window, WindowProgramme& programme) const {
    for (std::size_t c = 0; c < coupling.channels.size(); ++c) {
        for (std::size_t t = window.begin; t < window.end; ++t) {
            programme.constant[programme.place(static_cast<int>(c), t - window.begin)] =
                sums_before[c * hours + t];
        }
    }
    for (std::size_t column = 0; column < programme.now.size(); ++column) {
        for (auto k = static_cast<std::size_t>(programme.give_start[column]);
             k < static_cast<std::size_t>(programme.give_start[column + 1]); ++k) {
            programme.constant[at(programme.give_place[k])] -=
                programme.give_value[k] * programme.now[column];
        }
    }
}

// PE-74  rows of the hours; PE-86  limits besides
void Improver::Parts::add_hour_rows(const Window& window, ChannelSums& sums,
                                    WindowProgramme& programme) const {
    const auto add = [&](std::size_t t, const auto& of, double lower, double upper,
                         double price_cny) {
        for (std::size_t k = 0; k < of.channel.size(); ++k) {
            sums.add(of.channel[k], t - window.begin, of.weight[k]);
        }
        const ChannelSums::Sum sum = sums.take();
        const double limit = price_cny > 0.0 ? lower : upper;
        if (std::isfinite(limit) && std::isfinite(price_cny)) {
            const double now =
                std::accumulate(sum.terms.begin(), sum.terms.end(), sum.constant,
                                [&](double own, const auto& term) {
                                    return own + term.value * programme.now[at(term.column)];
                                });
            programme.slack_cny += std::max(0.0, price_cny * (now - limit));
        }
        if (!sum.terms.empty()) {
            programme.add_row_to_mend(lower - sum.constant, upper - sum.constant, sum.terms);
        }
    };
    for (std::size_t t = window.begin; t < window.end; ++t) {
        for (const std::size_t r : of_hour[t]) {
            const lp::CouplingRow& row = coupling.rows[r];
            if (std::isfinite(row.lower) || std::isfinite(row.upper)) {
                add(t, coupling.patterns[at(row.pattern)], row.lower, row.upper, price_of(r));
            }
        }
        for (const HourLimit& limit : kept.limits ? kept.limits(t) : std::vector<HourLimit>{}) {
            add(t, limit, limit.lower, limit.upper, 0.0);
        }
    }
}

/// Of an amount in the rows over several hours, by their numbers.
std::vector<std::pair<std::size_t, double>>
Improver::Parts::long_weights(const lp::HourlyAmount& amount) const {
    std::vector<std::pair<std::size_t, double>> weights;
    for (const std::size_t r : long_rows) {
        const lp::Pattern& pattern = coupling.patterns[at(coupling.rows[r].pattern)];
        double weight = 0.0;
        for (std::size_t i = 0; i < pattern.channel.size(); ++i) {
            for (std::size_t j = 0; j < amount.channel.size(); ++j) {
                weight += pattern.channel[i] == amount.channel[j]
                              ? pattern.weight[i] * amount.weight[j]
                              : 0.0;
            }
        }
        if (weight != 0.0) {
            weights.emplace_back(r, weight);
        }
    }
    return weights;
}

double Improver::Parts::share_of(const lp::CouplingRow& row) const {
    return 1.0 /
           static_cast<double>(std::count_if(together.begin(), together.end(),
                                             [&](const Window& w) { return touches(row, w); }));
}

/// Amounts in hours in which they stand in rows over several and in none of the hour may change by
/// a share, where the window has columns in one of these rows and touches all of them.
void Improver::Parts::add_changes(Built& own, WindowProgramme& programme) const {
    std::map<std::size_t, std::size_t> number; // of a row's part
    for (std::size_t i = 0; i < own.long_parts.size(); ++i) {
        number.emplace(own.long_parts[i].row, i);
    }
    for (const LongAmount& long_amount : long_amounts) {
        const auto& amount = std::get<lp::HourlyAmount>(blocks[long_amount.block]);
        const auto& plan = std::get<lp::AmountPlan>(schedule.plans[long_amount.block]);
        for (const std::size_t t : long_amount.hours) {
            bool any = false;
            bool all = true;
            double share = 1.0;
            std::vector<std::pair<std::size_t, double>> terms; // by part
            for (const auto& [r, weight] : long_amount.weights) {
                const lp::CouplingRow& row = coupling.rows[r];
                if (at(row.begin) > t || at(row.end) <= t) {
                    continue;
                }
                const auto part = number.find(r);
                all = all && part != number.end();
                if (all) {
                    any = any || own.long_parts[part->second].of_window;
                    share = std::min(share, share_of(row));
                    terms.emplace_back(part->second, weight);
                }
            }
            if (!any || !all) {
                continue;
            }
            const double cny = amount.cny_per_unit[t];
            const int column =
                programme.add_column(share * (amount.low[t] - plan.amount[t]),
                                     share * (amount.high[t] - plan.amount[t]), cny, 0.0);
            programme.reduced.back() = unknown;
            own.changes.push_back({long_amount.block, t, column, 0.0});
            for (const auto& [part, weight] : terms) {
                own.long_parts[part].terms.push_back({column, weight});
            }
        }
    }
}

// PE-74  a row over several hours: the rest of the span gives what it gives, windows that are
//        solved together have equal shares of the room
void Improver::Parts::add_long_rows(ChannelSums& sums, Built& own,
                                    WindowProgramme& programme) const {
    for (const std::size_t r : long_rows) {
        const lp::CouplingRow& row = coupling.rows[r];
        if (!touches(row, own.window)) {
            continue;
        }
        const lp::Pattern& pattern = coupling.patterns[at(row.pattern)];
        const std::size_t from = std::max(at(row.begin), own.window.begin);
        const std::size_t to = std::min(at(row.end), own.window.end);
        for (std::size_t k = 0; k < pattern.channel.size(); ++k) {
            for (std::size_t t = from; t < to; ++t) {
                sums.add(pattern.channel[k], t - own.window.begin, pattern.weight[k]);
            }
        }
        LongPart part;
        part.row = r;
        part.terms = sums.take().terms;
        part.of_window = !part.terms.empty();
        own.long_parts.push_back(std::move(part));
    }
    add_changes(own, programme);
    std::erase_if(own.long_parts, [](const LongPart& part) { return part.terms.empty(); });
    for (LongPart& part : own.long_parts) {
        const lp::CouplingRow& row = coupling.rows[part.row];
        for (const lp::Term& term : part.terms) {
            part.now += term.value * programme.now[at(term.column)];
        }
        const double share = share_of(row);
        programme.add_row(part.now + share * std::min(row.lower - long_sum[part.row], 0.0),
                          part.now + share * std::max(row.upper - long_sum[part.row], 0.0),
                          part.terms, 0.0);
    }
}

double Improver::Parts::take_plant(std::size_t k, const PlantWindow& plant,
                                   std::span<const double> value) {
    return std::visit(
        [&](const auto& own) {
            using Part = std::decay_t<decltype(own)>;
            if constexpr (std::is_same_v<Part, std::monostate>) {
                return 0.0;
            } else {
                auto& plan = std::get<typename Part::Plan>(schedule.plans[k]);
                const double before = own.cost(plan);
                own.read(value, plan);
                return before - own.cost(plan);
            }
        },
        plant);
}

Improver::Improver(const lp::Coupling& coupling, std::span<const lp::OracleData> blocks,
                   std::span<const double> row_price, Dispatch& schedule, std::span<const int> part,
                   Kept kept)
    : parts_(
          std::make_unique<Parts>(coupling, blocks, row_price, schedule, part, std::move(kept))) {}
Improver::~Improver() = default;
Improver::Improver(Improver&&) noexcept = default;
Improver& Improver::operator=(Improver&&) noexcept = default;

/// What windows of a list have added to rows over several hours counts from the next list on, so
/// that their order does not matter.
void Improver::Parts::settle() {
    for (std::size_t r = 0; r < long_sum.size(); ++r) {
        long_sum[r] += long_more[r];
        long_more[r] = 0.0;
    }
    for (const Change& change : changes) {
        std::get<lp::AmountPlan>(schedule.plans[change.block]).amount[change.hour] += change.more;
    }
    changes.clear();
    built.clear();
}

void Improver::begin(std::vector<Window> together) {
    parts_->settle();
    if (!parts_->part_of.empty()) {
        parts_->sums_before = parts_->channels();
    }
    parts_->together = std::move(together);
}

// PE-70  least cost of a window's hours, everything whole and everything outside as it is
WindowProgramme Improver::Parts::programme(Built& own) {
    own.plants.reserve(blocks.size());
    WindowProgramme programme(coupling.channels.size(), own.window.hours(), prices_in(own.window));
    for (std::size_t k = 0; k < blocks.size(); ++k) {
        if (part_of.empty() || part_of[k] == own.window.part) {
            add_plant(k, own, programme);
        } else {
            own.plants.emplace_back();
        }
    }
    if (!part_of.empty()) {
        set_constants(own.window, programme);
    }
    ChannelSums sums(programme);
    add_hour_rows(own.window, sums, programme);
    add_long_rows(sums, own, programme);
    return programme;
}

WindowProgramme Improver::programme(std::size_t number) {
    Parts::Built own;
    own.window = parts_->together[number];
    WindowProgramme programme = parts_->programme(own);
    parts_->built.insert_or_assign(number, std::move(own));
    return programme;
}

double Improver::most_gain_cny(std::size_t number) {
    Parts::Built own;
    own.window = parts_->together[number];
    return parts_->programme(own).most_gain_cny();
}

double Improver::take(std::size_t number, std::span<const double> value) {
    Parts& p = *parts_;
    const auto found = p.built.find(number);
    if (found == p.built.end() || found != p.built.begin()) {
        throw Error(Exit::defect, "a solution of a window that was not asked for, or whose turn it "
                                  "is not");
    }
    Parts::Built own = std::move(found->second);
    p.built.erase(found);
    if (value.empty()) {
        return 0.0;
    }
    double gain_cny = 0.0;
    const auto gained = [&](std::size_t k, double cny) {
        p.schedule.block_cny[k] -= cny;
        gain_cny += cny;
    };
    for (std::size_t k = 0; k < own.plants.size(); ++k) {
        gained(k, p.take_plant(k, own.plants[k], value));
    }
    for (Parts::Change& change : own.changes) {
        const auto& amount = std::get<lp::HourlyAmount>(p.blocks[change.block]);
        const double cny = amount.cny_per_unit[change.hour];
        change.more = value[at(change.column)];
        p.changes.push_back(change);
        gained(change.block, -cny * change.more);
    }
    for (const Parts::LongPart& part : own.long_parts) {
        p.long_more[part.row] -= part.now;
        for (const lp::Term& term : part.terms) {
            p.long_more[part.row] += term.value * value[at(term.column)];
        }
    }
    p.schedule.cost_cny -= gain_cny;
    return gain_cny;
}

/// How far rows are broken at worst, and limits that `watch` tells, and in how many hours. A
/// schedule that kept all of them does so still.
void Improver::Parts::judge(const HourWatch& watch) {
    const bool kept_all = schedule.broken_hours == 0;
    const std::vector<double> channel = channels();
    broken.assign(hours, 0);
    schedule.largest_breach = 0.0;
    schedule.breach_row = schedule.breach_hour = -1;
    const auto note = [&](int number, int hour, double sum, double lower, double upper) {
        const double breach = broken_share(sum, lower, upper);
        if (breach > schedule.largest_breach) {
            schedule.largest_breach = breach;
            schedule.breach_row = number;
            schedule.breach_hour = hour;
        }
        return breach > rounding;
    };
    for (std::size_t r = 0; r < coupling.rows.size(); ++r) {
        const lp::CouplingRow& row = coupling.rows[r];
        const double sum = sum_of_row(coupling, row, channel);
        if (note(static_cast<int>(r), row.begin, sum, row.lower, row.upper) &&
            row.end - row.begin == 1) {
            broken[at(row.begin)] = 1;
        }
    }
    if (kept_all) {
        return;
    }
    for (std::size_t t = 0; watch && t < hours; ++t) {
        std::vector<double> of_hour_mw;
        for (std::size_t c = 0; c < coupling.channels.size(); ++c) {
            of_hour_mw.push_back(channel[c * hours + t]);
        }
        for (const HourLimit& limit : watch(static_cast<int>(t), of_hour_mw)) {
            double sum = 0.0;
            for (std::size_t k = 0; k < limit.channel.size(); ++k) {
                sum += limit.weight[k] * of_hour_mw[at(limit.channel[k])];
            }
            if (note(-1, static_cast<int>(t), sum, limit.lower, limit.upper)) {
                broken[t] = 1;
            }
        }
    }
    schedule.broken_hours = static_cast<int>(std::count(broken.begin(), broken.end(), 1));
}

std::span<const char> Improver::broken() const {
    return parts_->broken;
}

void Improver::judge(const HourWatch& watch) {
    Parts& p = *parts_;
    p.settle();
    p.judge(watch);
    p.schedule.cost_cny =
        std::accumulate(p.schedule.block_cny.begin(), p.schedule.block_cny.end(), 0.0);
}

std::vector<Window> windows_of(std::size_t hours, std::size_t length, std::size_t shift, int part) {
    std::vector<Window> windows;
    // The first one begins before the span and is cut off.
    for (std::size_t end = shift % length; end < hours + length; end += length) {
        Window window;
        window.part = part;
        window.begin = end > length ? end - length : 0;
        window.end = std::min(end, hours);
        window.free_end = std::min(end + length, hours);
        if (window.end > window.begin) {
            windows.push_back(window);
        }
    }
    return windows;
}

} // namespace longyang::solve::prices
