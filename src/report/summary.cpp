#include "report/summary.hpp"

#include "grid/calendar.hpp"
#include "report/text_table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <map>
#include <numeric>
#include <tuple>

namespace longyang::report {
namespace {

using grid::HourTable;
using results::Stored;

constexpr double mwh_per_gwh = 1000.0;
constexpr double cny_per_million = 1e6;
constexpr double nan = std::numeric_limits<double>::quiet_NaN();

double total(std::span<const double> values) {
    return std::accumulate(values.begin(), values.end(), 0.0);
}

/// Sum of what of sign x value lies above 0; NaN where any value is.
double total_above(std::span<const double> values, double sign) {
    double sum = 0.0;
    for (const double value : values) {
        sum += std::isnan(value) || sign * value > 0.0 ? sign * value : 0.0;
    }
    return sum;
}

/// The value of the largest size, with its sign; NaN where any value is.
double farthest(std::span<const double> values) {
    double found = 0.0;
    for (const double value : values) {
        if (std::isnan(value)) {
            return value;
        }
        found = std::abs(value) > std::abs(found) ? value : found;
    }
    return found;
}

std::string heading(const std::string& words) {
    return "\n" + words + "\n";
}

std::string time_of(const Stored& stored, int hour) {
    return grid::date_of_hour(stored.span.begin + hour, stored.info.year);
}

std::string plural(long long n, const std::string& word) {
    return n == 1 ? fmt::format("1 {}", word) : fmt::format("{} {}s", n, word);
}

/// Sums over the span by region and a second axis, row-major, in thousands (GWh of MW hours).
struct Energies {
    std::size_t regions = 0, kinds = 0;
    std::vector<double> gwh;

    [[nodiscard]] double at(std::size_t region, std::size_t kind) const {
        return gwh[region * kinds + kind];
    }
};

Energies energies(const Stored& stored, const std::string& path, std::size_t regions) {
    const HourTable table = results::hourly(stored, path);
    Energies e;
    e.regions = regions;
    e.kinds = regions > 0 ? table.items / regions : 0;
    for (std::size_t i = 0; i < table.items; ++i) {
        e.gwh.push_back(total(table.row(i)) / mwh_per_gwh);
    }
    return e;
}

std::string header(const Stored& s) {
    std::string text = s.info.name;
    if (!s.info.title.empty()) {
        text += ": " + s.info.title;
    }
    const auto last = time_of(s, s.span.hours);
    text += fmt::format("\n{} to {} ({}), {}, longyang {} ({})\n", time_of(s, 0), last,
                        plural(s.span.hours, "hour"), plural(s.header.ranks, "rank"),
                        s.header.program_version, s.header.git_hash);
    text += s.header.status;
    if (!s.header.status_words.empty()) {
        text += ": " + s.header.status_words;
    }
    return text + "\n";
}

std::string certificate(const Stored& s) {
    const results::Certificate& c = s.certificate;
    std::string text = heading("Cost and proof");
    if (std::isnan(c.cost_cny)) {
        return text + "  no schedule: the run did not get there\n";
    }
    text += fmt::format("  cost        {:.6g} million CNY\n", c.cost_cny / cny_per_million);
    if (c.broken_limits_cny >= 1.0) { // less is rounding
        text += fmt::format("  broken      {:.6g} million CNY: limits of security, at their price, "
                            "which the gap counts\n",
                            c.broken_limits_cny / cny_per_million);
    }
    text += fmt::format("  bound       {:.6g} million CNY ({})\n", c.bound_cny / cny_per_million,
                        c.bound_source);
    constexpr double whole = 1e-6;
    constexpr double rounding = 1e-12; // of cost and bound
    text +=
        fmt::format("  gap         {:.3g} %{}\n", std::abs(c.gap) < rounding ? 0.0 : 100.0 * c.gap,
                    c.integrality > whole ? " of a programme in which numbers of units may be "
                                            "fractions: this is no schedule of whole units"
                                          : "");
    text += fmt::format("  optimality  rows and bounds off by {:.1e}", c.primal_infeasibility);
    if (!std::isnan(c.dual_infeasibility)) {
        text += fmt::format(", reduced costs by {:.1e}, whole numbers by {:.1e}",
                            c.dual_infeasibility, c.integrality);
    }
    text += '\n';
    text += fmt::format("  checker     {}, {}, largest deviation {:.1e}; cost by the tables {:.6g} "
                        "million CNY\n",
                        plural(c.checks, "check"),
                        c.breaches == 0   ? "no breach"
                        : c.breaches == 1 ? "1 BREACH"
                                          : fmt::format("{} BREACHES", c.breaches),
                        c.worst_deviation, c.checked_cost_cny / cny_per_million);
    constexpr std::size_t most_shown = 10;
    for (std::size_t k = 0; k < std::min(most_shown, s.breaches.size()); ++k) {
        text += "    " + s.breaches[k] + "\n";
    }
    if (s.breaches.size() > most_shown) {
        text += fmt::format("    and {} more in /breaches\n", s.breaches.size() - most_shown);
    }
    return text;
}

std::string cost_parts(const Stored& s) {
    double largest = 0.0;
    double spent = 0.0; // before what is earned
    for (const auto& [name, cost] : s.cost_parts_cny) {
        largest = std::max(largest, std::abs(cost) / cny_per_million);
        spent += std::max(cost, 0.0);
    }
    std::vector<Cells> rows;
    for (const auto& [name, cost] : s.cost_parts_cny) {
        const std::string figure = cell(cost / cny_per_million, largest);
        if (!figure.empty()) {
            rows.push_back({name, figure, spent > 0.0 ? number(100.0 * cost / spent, 1) : "-"});
        }
    }
    return rows.empty()
               ? ""
               : heading("Cost by kind") + text_table({"", "million CNY", "% of spent"}, rows);
}

/// One row of the energy table: name and GWh by region.
struct EnergyRow {
    std::string name;
    std::vector<double> gwh;
};

std::string energy(const Stored& s, const grid::Names& regions) {
    const std::size_t n = regions.size();
    std::vector<EnergyRow> figures;
    const auto take = [&](const std::string& path, const grid::Names& kinds, double sign,
                          const std::string& suffix) {
        const Energies e = energies(s, path, n);
        for (std::size_t k = 0; k < e.kinds; ++k) {
            EnergyRow row{kinds[k] + suffix, {}};
            for (std::size_t r = 0; r < n; ++r) {
                row.gwh.push_back(sign * e.at(r, k));
            }
            figures.push_back(row);
        }
    };
    const auto storages = results::texts(s, "balances/storage_technology");
    take("balances/generation_mw", results::texts(s, "balances/technology"), 1.0, "");
    take("balances/discharge_mw", storages, 1.0, " discharge");
    take("balances/charge_mw", storages, -1.0, " charge");
    take("balances/load_mw", {"load"}, -1.0, "");
    take("balances/flexible_mw", {"flexible loads"}, -1.0, "");
    take("balances/shed_mw", {"load shed"}, 1.0, "");
    take("balances/hvdc_export_mw", {"HVDC export"}, -1.0, "");
    take("balances/ac_export_mw", {"to other regions"}, -1.0, "");
    if (results::holds(s, "balances/dc_loss_mw")) { // not in older files
        take("balances/dc_loss_mw", {"losses of DC links"}, -1.0, "");
    }

    double largest = 0.0;
    for (EnergyRow& row : figures) {
        row.gwh.push_back(total(row.gwh));
        for (const double gwh : row.gwh) {
            largest = std::max(largest, std::abs(gwh));
        }
    }
    std::vector<Cells> rows;
    for (const EnergyRow& row : figures) {
        Cells cells = {row.name};
        bool shown = false;
        for (const double gwh : row.gwh) {
            cells.push_back(cell(gwh, largest));
            shown = shown || !cells.back().empty();
        }
        if (shown) {
            rows.push_back(cells);
        }
    }
    Cells titles = {""};
    titles.insert(titles.end(), regions.begin(), regions.end());
    titles.emplace_back("all");
    return heading("Energy, GWh (columns add up to zero)") + text_table(titles, rows);
}

std::string curtailment(const Stored& s, const grid::Names& regions) {
    const std::size_t n = regions.size();
    const auto technologies = results::texts(s, "balances/technology");
    const Energies made = energies(s, "balances/generation_mw", n);
    const Energies lost = energies(s, "balances/curtailed_mw", n);
    const double largest = farthest(lost.gwh);
    const auto figure = [&](double lost_gwh, double made_gwh) {
        const std::string gwh = cell(lost_gwh, std::isnan(largest) ? 1.0 : largest);
        return gwh.empty() || gwh == "-"
                   ? gwh
                   : fmt::format("{} {:>5}%", gwh,
                                 number(100.0 * lost_gwh / (lost_gwh + made_gwh), 1));
    };
    std::vector<Cells> rows;
    for (std::size_t k = 0; k < lost.kinds; ++k) {
        Cells cells = {technologies[k]};
        double all_lost = 0.0;
        double all_made = 0.0;
        for (std::size_t r = 0; r < n; ++r) {
            cells.push_back(figure(lost.at(r, k), made.at(r, k)));
            all_lost += lost.at(r, k);
            all_made += made.at(r, k);
        }
        cells.push_back(figure(all_lost, all_made));
        if (!cells.back().empty()) {
            rows.push_back(cells);
        }
    }
    if (rows.empty()) {
        return heading("Curtailment: none");
    }
    Cells titles = {""};
    titles.insert(titles.end(), regions.begin(), regions.end());
    titles.emplace_back("all");
    return heading("Curtailment, GWh and share of what was available") + text_table(titles, rows);
}

std::string regions_table(const Stored& s, const grid::Names& regions) {
    const HourTable price = results::hourly(s, "balances/price_cny_per_mwh");
    HourTable load = results::hourly(s, "balances/load_mw");
    const HourTable flexible = results::hourly(s, "balances/flexible_mw");
    std::transform(load.values.begin(), load.values.end(), flexible.values.begin(),
                   load.values.begin(), std::plus<>());
    const HourTable shed = results::hourly(s, "balances/shed_mw");
    const HourTable co2 = results::hourly(s, "balances/co2_t");
    std::vector<Cells> rows;
    double all_co2 = 0.0;
    double all_shed = 0.0;
    for (std::size_t r = 0; r < regions.size(); ++r) {
        const auto p = price.row(r);
        const auto [low, high] = std::minmax_element(p.begin(), p.end());
        const double weight = total(load.row(r));
        const double mean =
            weight > 0.0 ? std::inner_product(p.begin(), p.end(), load.row(r).begin(), 0.0) / weight
                         : total(p) / static_cast<double>(p.size());
        const bool known = !std::isnan(mean);
        const auto words = [&](double value) {
            return known ? number(value, 1) : std::string("-");
        };
        const auto peak = std::max_element(load.row(r).begin(), load.row(r).end());
        const double shed_mwh = total(shed.row(r));
        const double co2_t = total(co2.row(r));
        rows.push_back({regions[r], words(mean), words(*low), words(*high), number(*peak, 0),
                        number(shed_mwh, 1), number(co2_t, 0)});
        all_co2 += co2_t;
        all_shed += shed_mwh;
    }
    rows.push_back({"all", "", "", "", "", number(all_shed, 1), number(all_co2, 0)});
    return heading(
               "Regions: prices in CNY/MWh weighted by load, load with flexible ones, emissions") +
           text_table({"", "mean price", "least", "largest", "peak load MW", "shed MWh", "CO2 t"},
                      rows);
}

/// Where load was shed: the bus with most of it.
std::string shed_buses(const Stored& s) {
    if (results::texts(s, "loads/name").empty()) {
        return "";
    }
    constexpr double counts_mwh = 1e-3;
    const auto buses = results::texts(s, "system/loads/bus");
    const HourTable shed = results::hourly(s, "loads/shed_mw");
    std::map<std::string, double> at;
    for (std::size_t i = 0; i < shed.items; ++i) {
        if (const double mwh = total(shed.row(i)); mwh > counts_mwh) {
            at[buses[i]] += mwh;
        }
    }
    if (at.empty()) {
        return "";
    }
    const auto most = std::max_element(
        at.begin(), at.end(), [](const auto& a, const auto& b) { return a.second < b.second; });
    return at.size() == 1 ? fmt::format("  load is shed at bus {} alone\n", most->first)
                          : fmt::format("  load is shed at {} buses, most of it at {}: {} MWh\n",
                                        at.size(), most->first, number(most->second, 1));
}

std::string hvdc(const Stored& s) {
    const auto names = results::texts(s, "hvdc/name");
    if (names.empty()) {
        return "";
    }
    auto rating = results::numbers(s, "system/hvdc/p_max_mw");
    const auto least = results::numbers(s, "system/hvdc/p_min_mw");
    for (std::size_t i = 0; i < rating.size(); ++i) { // of a line that only imports
        rating[i] = rating[i] > 0.0 ? rating[i] : -least[i];
    }
    const HourTable power = results::hourly(s, "hvdc/p_mw");
    const HourTable delivered = results::hourly(s, "hvdc/delivered_mw");
    struct Energy {
        double sent_gwh = 0.0, delivered_gwh = 0.0, taken_gwh = 0.0;
    };
    std::vector<Energy> all;
    double largest = 0.0;
    bool both_ways = false;
    for (std::size_t i = 0; i < names.size(); ++i) {
        Energy e{total_above(power.row(i), 1.0) / mwh_per_gwh,
                 total_above(delivered.row(i), 1.0) / mwh_per_gwh,
                 total_above(power.row(i), -1.0) / mwh_per_gwh};
        largest = std::max({largest, e.sent_gwh, e.taken_gwh});
        both_ways = both_ways || e.taken_gwh > 0.0;
        all.push_back(e);
    }
    std::vector<Cells> rows;
    for (std::size_t i = 0; i < names.size(); ++i) {
        const Energy& e = all[i];
        const double full_load_h =
            rating[i] > 0.0 ? (e.sent_gwh + e.taken_gwh) * mwh_per_gwh / rating[i] : nan;
        const double share = full_load_h / s.span.hours;
        Cells row = {names[i], number(rating[i], 0), cell(e.sent_gwh, largest),
                     cell(e.delivered_gwh, largest)};
        if (both_ways) {
            row.push_back(cell(e.taken_gwh, largest));
        }
        row.insert(row.end(), {number(farthest(power.row(i)), 0), number(full_load_h, 1),
                               number(100.0 * share, 1), number(share * grid::hours_per_year, 0)});
        rows.push_back(std::move(row));
    }
    Cells titles = {"", "rating MW", "sent GWh", "delivered"};
    if (both_ways) {
        titles.emplace_back("taken in");
    }
    titles.insert(titles.end(), {"peak MW", "full-load h", "% of span", "h a year"});
    return heading(both_ways ? "HVDC lines (hours count what is sent and what is taken in)"
                             : "HVDC lines") +
           text_table(titles, rows);
}

std::string dc_links(const Stored& s) {
    if (!results::holds(s, "dc_links/name") || results::texts(s, "dc_links/name").empty()) {
        return "";
    }
    const auto names = results::texts(s, "dc_links/name");
    const auto most = results::numbers(s, "system/dc_links/p_max_mw");
    const auto least = results::numbers(s, "system/dc_links/p_min_mw");
    const HourTable forward = results::hourly(s, "dc_links/forward_mw");
    const HourTable backward = results::hourly(s, "dc_links/backward_mw");
    const HourTable from = results::hourly(s, "dc_links/from_mw");
    const HourTable to = results::hourly(s, "dc_links/to_mw");
    std::vector<Cells> rows;
    double largest = 0.0;
    for (std::size_t i = 0; i < names.size(); ++i) {
        largest = std::max(
            {largest, total(forward.row(i)) / mwh_per_gwh, total(backward.row(i)) / mwh_per_gwh});
    }
    for (std::size_t i = 0; i < names.size(); ++i) {
        const auto full_h = [&](const HourTable& sent, double limit_mw) {
            return limit_mw > 0.0 ? number(total(sent.row(i)) / limit_mw, 1) : std::string("-");
        };
        rows.push_back(
            {names[i], number(most[i], 0), cell(total(forward.row(i)) / mwh_per_gwh, largest),
             full_h(forward, most[i]), number(std::max(-least[i], 0.0), 0),
             cell(total(backward.row(i)) / mwh_per_gwh, largest), full_h(backward, -least[i]),
             cell(-(total(from.row(i)) + total(to.row(i))) / mwh_per_gwh, largest)});
    }
    return heading("DC links between buses") +
           text_table({"", "there MW", "sent GWh", "full-load h", "back MW", "sent GWh",
                       "full-load h", "lost GWh"},
                      rows);
}

std::string sections(const Stored& s) {
    const auto names = results::texts(s, "sections/name");
    if (names.empty()) {
        return "";
    }
    const auto forward = results::numbers(s, "system/sections/limit_forward_mw");
    const auto backward = results::numbers(s, "system/sections/limit_backward_mw");
    const HourTable flow = results::hourly(s, "sections/flow_mw");
    struct Loading {
        std::size_t section = 0;
        double share = -1.0, flow_mw = nan, limit_mw = 0.0;
        int hour = 0;
    };
    std::vector<Loading> all;
    for (std::size_t i = 0; i < names.size(); ++i) {
        Loading most;
        most.section = i;
        for (std::size_t t = 0; t < flow.hours; ++t) {
            const double mw = flow.row(i)[t];
            const double limit = mw >= 0.0 ? forward[i] : backward[i];
            const double share = limit > 0.0 ? std::abs(mw) / limit : (mw == 0.0 ? 0.0 : 1.0);
            if (!std::isnan(mw) && share > most.share) {
                most = {i, share, mw, limit, static_cast<int>(t)};
            }
        }
        all.push_back(most);
    }
    std::stable_sort(all.begin(), all.end(),
                     [](const Loading& a, const Loading& b) { return a.share > b.share; });
    std::vector<Cells> rows;
    for (const Loading& l : all) {
        if (std::isnan(l.flow_mw)) {
            rows.push_back({names[l.section], "-", "-", "-", "-"});
        } else {
            rows.push_back({names[l.section], number(100.0 * l.share, 1), number(l.flow_mw, 0),
                            number(l.limit_mw, 0), time_of(s, l.hour)});
        }
    }
    return heading("Sections at their largest loading") +
           text_table({"", "% of limit", "flow MW", "limit MW", "hour"}, rows);
}

std::string reserve_shortfalls(const Stored& s) {
    const auto names = results::texts(s, "reserves/name");
    if (names.empty()) {
        return "";
    }
    const HourTable missing = results::hourly(s, "reserves/short_mw");
    constexpr double counts_mw = 1e-3;
    std::vector<Cells> rows;
    for (std::size_t i = 0; i < names.size(); ++i) {
        const auto row = missing.row(i);
        const auto hours =
            std::count_if(row.begin(), row.end(), [](double mw) { return mw > counts_mw; });
        if (hours > 0) {
            rows.push_back(
                {names[i], std::to_string(hours), number(total(row), 1), number(farthest(row), 1)});
        }
    }
    return rows.empty() ? heading("Reserve shortfalls: none")
                        : heading("Reserve shortfalls") +
                              text_table({"", "hours", "sum MW h", "largest MW"}, rows);
}

std::string contracts(const Stored& s) {
    if (s.contracts.empty()) {
        return "";
    }
    constexpr double counts_mwh = 1e-3;
    std::vector<Cells> rows;
    for (const results::StoredContract& c : s.contracts) {
        if (c.short_mwh > counts_mwh) {
            rows.push_back({c.name, time_of(s, c.begin), std::to_string(c.end - c.begin),
                            number(c.energy_mwh, 1), number(c.low_mwh, 1), number(c.short_mwh, 1)});
        }
    }
    std::string text = heading(fmt::format("Energy contracts: {} of {} periods met",
                                           s.contracts.size() - rows.size(), s.contracts.size()));
    return rows.empty()
               ? text
               : text + text_table({"", "from", "hours", "carried MWh", "owed MWh", "missing MWh"},
                                   rows);
}

std::string targets(const Stored& s) {
    if (s.targets.empty()) {
        return "";
    }
    std::vector<Cells> rows;
    for (const results::StoredTarget& t : s.targets) {
        const auto gwh = [](double mwh) { return number(mwh / mwh_per_gwh, 2); };
        rows.push_back({t.name, time_of(s, t.begin), std::to_string(t.end - t.begin),
                        gwh(t.owed_mwh), gwh(t.own_mwh), gwh(t.bought_mwh), gwh(t.sold_mwh),
                        gwh(t.short_mwh), number(t.price_cny_per_mwh, 2),
                        number(t.certificate_cny_per_mwh, 2)});
    }
    return heading("Policy targets") +
           text_table({"", "from", "hours", "owed GWh", "own GWh", "bought", "sold", "missing",
                       "CNY/MWh", "certificate"},
                      rows);
}

std::string emission_caps(const Stored& s) {
    if (s.emission_caps.empty()) {
        return "";
    }
    std::vector<Cells> rows;
    for (const results::StoredEmissionCap& cap : s.emission_caps) {
        const auto kt = [](double t) { return number(t / 1000.0, 3); };
        rows.push_back({cap.name, time_of(s, cap.begin), std::to_string(cap.end - cap.begin),
                        kt(cap.cap_t), kt(cap.counted_t), kt(cap.excess_t),
                        number(cap.price_cny_per_t, 2)});
    }
    return heading("Caps on emissions") +
           text_table({"", "from", "hours", "allowed kt", "counted kt", "beyond kt", "CNY/t"},
                      rows);
}

std::string active_limits(const Stored& s) {
    constexpr double least_price = 1e-6; // CNY/MWh, below which it is rounding
    struct Rent {
        int hours = 0;
        double rent_cny = 0.0, price_sum = 0.0;
    };
    std::map<std::tuple<std::string, std::string, int>, Rent> by_item;
    std::size_t binding = 0;
    for (const results::StoredLimit& l : s.limits) {
        if (l.price_cny_per_mwh > least_price) {
            Rent& rent = by_item[{l.kind, l.name, l.side}];
            rent.hours += 1;
            rent.price_sum += l.price_cny_per_mwh;
            rent.rent_cny += l.price_cny_per_mwh * std::abs(l.limit_mw); // backward: negative
            ++binding;
        }
    }
    std::string text = heading(fmt::format("Network limits: {} in the programme, {} with a price",
                                           s.limits.size(), binding));
    if (by_item.empty()) {
        return text;
    }
    std::vector<std::pair<std::tuple<std::string, std::string, int>, Rent>> ranked(by_item.begin(),
                                                                                   by_item.end());
    std::stable_sort(ranked.begin(), ranked.end(), [](const auto& a, const auto& b) {
        return a.second.rent_cny > b.second.rent_cny;
    });
    constexpr std::size_t most_shown = 10;
    std::vector<Cells> rows;
    for (std::size_t k = 0; k < std::min(most_shown, ranked.size()); ++k) {
        const auto& [key, rent] = ranked[k];
        rows.push_back({fmt::format("{} {}", std::get<0>(key), std::get<1>(key)),
                        std::get<2>(key) > 0 ? "forward" : "backward", std::to_string(rent.hours),
                        number(rent.price_sum / rent.hours, 1),
                        fmt::format("{:.4g}", rent.rent_cny / cny_per_million)});
    }
    text += text_table({"", "direction", "hours", "mean CNY/MWh", "rent million CNY"}, rows);
    if (ranked.size() > most_shown) {
        text += fmt::format("  and {} more in /limits\n", ranked.size() - most_shown);
    }
    return text;
}

std::string times(const Stored& s) {
    double all = 0.0;
    for (const results::Stage& stage : s.stages) {
        all += stage.seconds;
    }
    std::vector<Cells> rows;
    for (const results::Stage& stage : s.stages) {
        rows.push_back({stage.name, fmt::format("{:.2f}", stage.seconds),
                        all > 0.0 ? fmt::format("{:.1f}", 100.0 * stage.seconds / all) : "-"});
    }
    rows.push_back({"all", fmt::format("{:.2f}", all), ""});
    std::string text = heading("Time by stage") + text_table({"", "s", "%"}, rows);
    const results::Forecast& f = s.forecast;
    if (f.seconds > 0.0 || f.memory_mb > 0.0) {
        const auto off = [](double said, double measured) {
            const std::string more = number(100.0 * (measured - said) / said, 0);
            return said > 0.0
                       ? fmt::format("{}{} %", measured > said && more != "0" ? "+" : "", more)
                       : std::string("-");
        };
        text += heading("Forecast and what it was") +
                text_table({"", "forecast", "measured", "off by"},
                           {{"time s", fmt::format("{:.1f}", f.seconds),
                             fmt::format("{:.1f}", f.seconds_used), off(f.seconds, f.seconds_used)},
                            {"memory MB", fmt::format("{:.0f}", f.memory_mb),
                             fmt::format("{:.0f}", f.memory_used_mb),
                             off(f.memory_mb, f.memory_used_mb)}});
    }
    return text;
}

} // namespace

std::string summary(const Stored& stored) {
    if (std::isnan(stored.certificate.cost_cny)) { // there is nothing to find
        return header(stored) + certificate(stored) + times(stored);
    }
    const auto regions = results::texts(stored, "balances/region");
    return header(stored) + certificate(stored) + cost_parts(stored) + energy(stored, regions) +
           curtailment(stored, regions) + regions_table(stored, regions) + shed_buses(stored) +
           hvdc(stored) + dc_links(stored) + sections(stored) + reserve_shortfalls(stored) +
           contracts(stored) + targets(stored) + emission_caps(stored) + active_limits(stored) +
           times(stored);
}

} // namespace longyang::report
