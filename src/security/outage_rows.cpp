#include "security/outage_rows.hpp"

#include "powerflow/outage_factors.hpp"
#include "powerflow/rounded_rows.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <utility>

namespace longyang::security {
namespace {

std::size_t at(int i) {
    return static_cast<std::size_t>(i);
}

bool is_plain(const Contingencies& all, std::size_t o) {
    return all.list[o].second_branch < 0 && actions_of(all, static_cast<int>(o)).empty();
}

/// As "y" or "y and z".
std::string lost_branches(const grid::System& system, const Contingency& lost) {
    const grid::Names& names = system.branches.name;
    return lost.second_branch < 0
               ? names[at(lost.branch)]
               : fmt::format("{} and {}", names[at(lost.branch)], names[at(lost.second_branch)]);
}

std::string blocked(const grid::System& system, const Action& action) {
    return fmt::format(", {} blocked", system.hvdc.name[at(action.item)]);
}

/// The outages of flows of one capacity, with the rows of the PTDF that they and the flows need.
class Factors {
public:
    Factors(const Comm& comm, const powerflow::Network& network, const powerflow::ShiftFactors& own,
            const Contingencies& all, std::span<const double> capacity_mw,
            std::span<const OutageFlow> wanted)
        : network_(network), all_(all), actions_(all.list.size()) {
        for (const OutageFlow& flow : wanted) {
            outages_.push_back(flow.contingency);
            const Contingency& lost = all.list[at(flow.contingency)];
            for (const int branch : {flow.branch, lost.branch, lost.second_branch}) {
                if (branch >= 0) {
                    branches_.push_back(branch);
                }
            }
        }
        for (std::vector<int>* list : {&outages_, &branches_}) {
            std::sort(list->begin(), list->end());
            list->erase(std::unique(list->begin(), list->end()), list->end());
        }
        rows_ = powerflow::gather_rows(comm, network, own, branches_);
        make_factors(comm, capacity_mw);
    }

    [[nodiscard]] OutagePattern pattern(const OutageFlow& flow) {
        const std::size_t l = place(branches_, flow.branch);
        std::vector<double>& factor = of_branch_[flow.branch]; // of all terms
        if (factor.empty()) {
            factor = factors_->rows(row_as_factors(l));
        }
        const auto first =
            static_cast<std::size_t>(factors_->first()[place(outages_, flow.contingency)]);
        const Contingency& lost = all_.list[at(flow.contingency)];
        OutagePattern pattern;
        pattern.flow = flow;
        pattern.action = actions_[at(flow.contingency)];
        const auto row = values(l);
        pattern.factor.assign(row.begin(), row.end());
        pattern.offset_mw = rows_.offset_mw[l];
        std::size_t term = first;
        for (const int branch : {lost.branch, lost.second_branch}) {
            if (branch < 0) {
                continue;
            }
            const std::size_t k = place(branches_, branch);
            const double share = factor[term++];
            for (std::size_t b = 0; b < row.size(); ++b) {
                pattern.factor[b] += share * values(k)[b];
            }
            pattern.offset_mw += share * rows_.offset_mw[k];
        }
        pattern.factor = powerflow::rounded_factors(pattern.factor);
        pattern.offset_mw = powerflow::rounded_mw(pattern.offset_mw);
        for (std::size_t a = 0; a < pattern.action.size(); ++a) {
            pattern.action_factor.push_back(powerflow::rounded_factor(factor[term++]));
        }
        return pattern;
    }

private:
    static std::size_t place(const std::vector<int>& sorted, int number) {
        return static_cast<std::size_t>(std::lower_bound(sorted.begin(), sorted.end(), number) -
                                        sorted.begin());
    }
    [[nodiscard]] std::span<const double> values(std::size_t row) const {
        const auto buses = at(network_.buses);
        return std::span<const double>(rows_.value).subspan(row * buses, buses);
    }
    [[nodiscard]] powerflow::ShiftFactors row_as_factors(std::size_t row) const {
        const auto value = values(row);
        return {{branches_[row]}, {value.begin(), value.end()}, {rows_.offset_mw[row]}, 0.0};
    }

    void make_factors(const Comm& comm, std::span<const double> capacity_mw) {
        std::vector<powerflow::Outage> outages;
        std::vector<powerflow::OutageAction> actions;
        for (std::size_t o = 0; o < outages_.size(); ++o) {
            const Contingency& lost = all_.list[at(outages_[o])];
            outages.push_back({lost.branch, lost.second_branch});
            actions_[at(outages_[o])] = actions_of(all_, outages_[o]);
            for (const int a : actions_[at(outages_[o])]) {
                actions.push_back({static_cast<int>(o), all_.actions[at(a)].bus});
            }
        }
        factors_.emplace(network_, outages, actions, capacity_mw);
        if (comm.root()) { // rows are whole on every rank, and are taken once
            powerflow::ShiftFactors all_rows{branches_, rows_.value, rows_.offset_mw, 0.0};
            factors_->take(all_rows);
        }
        factors_->finish(comm);
    }

    const powerflow::Network& network_;
    const Contingencies& all_;
    std::vector<int> outages_, branches_; ///< ascending
    std::vector<std::vector<int>> actions_;
    powerflow::GatheredRows rows_;
    std::optional<powerflow::OutageFactors> factors_;
    std::map<int, std::vector<double>> of_branch_;
};

} // namespace

std::vector<int> actions_of(const Contingencies& all, int contingency) {
    std::vector<int> places;
    for (std::size_t a = 0; a < all.actions.size(); ++a) {
        if (all.actions[a].contingency == contingency) {
            places.push_back(static_cast<int>(a));
        }
    }
    return places;
}

Contingencies plain_outages(const Contingencies& all) {
    Contingencies plain;
    for (std::size_t o = 0; o < all.list.size(); ++o) {
        if (is_plain(all, o)) {
            plain.list.push_back(all.list[o]);
        }
    }
    return plain;
}

Contingencies listed_outages(const Contingencies& all) {
    Contingencies listed;
    for (std::size_t o = 0; o < all.list.size(); ++o) {
        if (is_plain(all, o)) {
            continue;
        }
        for (const int a : actions_of(all, static_cast<int>(o))) {
            listed.actions.push_back(all.actions[at(a)]);
            listed.actions.back().contingency = static_cast<int>(listed.list.size());
        }
        listed.list.push_back(all.list[o]);
    }
    return listed;
}

std::string name_of(const grid::System& system, const Contingencies& all, const OutageFlow& flow) {
    std::string name = fmt::format("branch {} without {}", system.branches.name[at(flow.branch)],
                                   lost_branches(system, all.list[at(flow.contingency)]));
    const std::vector<int> actions = actions_of(all, flow.contingency);
    for (std::size_t k = 0; k < flow.follows.size(); ++k) {
        name += flow.follows[k] != 0 ? blocked(system, all.actions[at(actions[k])]) : "";
    }
    return name;
}

std::optional<OutageFlow> flow_of_name(const grid::System& system, const Contingencies& all,
                                       std::string_view name) {
    constexpr std::string_view begin = "branch ";
    constexpr std::string_view between = " without ";
    const std::size_t middle = name.find(between);
    if (!name.starts_with(begin) || middle == std::string_view::npos) {
        return std::nullopt;
    }
    const std::string_view branch = name.substr(begin.size(), middle - begin.size());
    const std::string_view lost = name.substr(middle + between.size());
    const grid::Names& names = system.branches.name;
    const auto found = std::find(names.begin(), names.end(), branch);
    if (found == names.end()) {
        return std::nullopt;
    }
    for (std::size_t o = 0; o < all.list.size(); ++o) {
        if (!lost.starts_with(lost_branches(system, all.list[o]))) {
            continue;
        }
        OutageFlow flow{static_cast<int>(found - names.begin()), static_cast<int>(o), {}, 0};
        for (const int a : actions_of(all, flow.contingency)) {
            const Action& action = all.actions[at(a)];
            flow.follows.push_back(action.kind == Action::Kind::run_back &&
                                   lost.find(blocked(system, action)) != std::string_view::npos);
        }
        if (name_of(system, all, flow) == name) {
            return flow;
        }
    }
    return std::nullopt;
}

// N1-8  f_l after the loss of K = sum over buses of (Phi_l + sum_k L_lk Phi_k) x injection +
// offsets, with L by N1-1
std::vector<OutagePattern> outage_patterns(const Comm& comm, const powerflow::Network& network,
                                           const powerflow::ShiftFactors& own,
                                           const grid::System& system, const Contingencies& all,
                                           grid::Span span, std::span<const OutageFlow> wanted) {
    const std::vector<CapacitySpan> capacities = capacity_spans(system, span);
    std::vector<OutagePattern> patterns(wanted.size());
    for (std::size_t c = 0; c < capacities.size(); ++c) {
        std::vector<OutageFlow> flows;
        std::copy_if(wanted.begin(), wanted.end(), std::back_inserter(flows),
                     [c](const OutageFlow& flow) { return at(flow.capacity) == c; });
        if (flows.empty()) {
            continue;
        }
        Factors factors(comm, network, own, all, capacities[c].mw, flows);
        for (std::size_t k = 0; k < wanted.size(); ++k) {
            if (at(wanted[k].capacity) == c) {
                patterns[k] = factors.pattern(wanted[k]);
            }
        }
    }
    return patterns;
}

// N1-9  offset + sum over actions of W_la (d_a - the power that the sum has)
double beside_pattern_mw(const OutagePattern& pattern, const Contingencies& all,
                         std::span<const double> action_mw, const grid::HourTable& hvdc_mw,
                         std::size_t hour) {
    double mw = pattern.offset_mw;
    for (std::size_t k = 0; k < pattern.action.size(); ++k) {
        const auto a = at(pattern.action[k]);
        double beside = action_mw[a * hvdc_mw.hours + hour];
        if (pattern.flow.follows[k] != 0) {
            beside -= hvdc_mw.row(at(all.actions[a].item))[hour];
        }
        mw += pattern.action_factor[k] * beside;
    }
    return pattern.action.empty() ? mw : powerflow::rounded_mw(mw);
}

OutageRows::OutageRows(const Comm& comm, const powerflow::Network& network,
                       const powerflow::ShiftFactors& factors, const grid::System& system,
                       const Contingencies& all, grid::Span span)
    : comm_(comm), network_(network), factors_(factors), system_(system), all_(all), span_(span),
      capacities_(capacity_spans(system, span)) {
    for (std::size_t o = 0; o < all.list.size(); ++o) {
        actions_.push_back(actions_of(all, static_cast<int>(o)));
    }
}

OutageFlow OutageRows::flow_of(const OutageViolation& v, const OutageCheck& check,
                               const grid::HourTable& hvdc_mw) const {
    OutageFlow flow{v.branch, v.contingency, {}, 0};
    const bool imbalance = check.by_contingency[at(v.contingency)].parts > 1;
    if (imbalance || !actions_[at(v.contingency)].empty()) {
        flow.capacity = capacity_at(capacities_, v.hour);
    }
    for (const int a : actions_[at(v.contingency)]) {
        const Action& action = all_.actions[at(a)];
        const double mw = check.action_mw[at(a) * hvdc_mw.hours + at(v.hour)];
        flow.follows.push_back(action.kind == Action::Kind::run_back && mw > 0.0 &&
                               mw >= hvdc_mw.row(at(action.item))[at(v.hour)]);
    }
    return flow;
}

bool OutageRows::has_row(const OutageViolation& v) const {
    return row_of_.contains({v.branch, v.contingency, v.hour});
}

void OutageRows::make_patterns(const OutageCheck& check, const grid::HourTable& hvdc_mw,
                               std::size_t most_patterns) {
    std::map<OutageFlow, double> excess_mw;
    for (const OutageViolation& v : check.worst_first) {
        if (!has_row(v)) {
            const OutageFlow flow = flow_of(v, check, hvdc_mw);
            if (!pattern_of_.contains(flow)) {
                excess_mw[flow] += v.excess_mw();
            }
        }
    }
    std::vector<OutageFlow> flows;
    flows.reserve(excess_mw.size());
    for (const auto& [flow, mw] : excess_mw) {
        flows.push_back(flow);
    }
    std::stable_sort(flows.begin(), flows.end(), [&](const auto& a, const auto& b) {
        return std::round(excess_mw[a] * 1e3) > std::round(excess_mw[b] * 1e3);
    });
    flows.resize(std::min(flows.size(), most_patterns - std::min(most_patterns, patterns_.size())));
    for (OutagePattern& pattern :
         outage_patterns(comm_, network_, factors_, system_, all_, span_, flows)) {
        pattern_of_[pattern.flow] = patterns_.size();
        patterns_.push_back(std::move(pattern));
    }
}

/// The limits of a row at what was checked.
void OutageRows::lay(const OutageCheck& check, const grid::HourTable& hvdc_mw,
                     OutageRow& row) const {
    const OutagePattern& pattern = patterns_[row.pattern];
    const double rating_mw =
        emergency_rating_mw(system_, at(pattern.flow.branch), span_.begin + row.hour);
    const double beside_mw =
        beside_pattern_mw(pattern, all_, check.action_mw, hvdc_mw, at(row.hour));
    row.lower_mw = -rating_mw - beside_mw;
    row.upper_mw = rating_mw - beside_mw;
}

void OutageRows::look(const OutageCheck& check, const grid::HourTable& hvdc_mw,
                      std::size_t most_patterns) {
    make_patterns(check, hvdc_mw, most_patterns);
    for (const OutageViolation& v : check.worst_first) {
        if (has_row(v)) {
            continue;
        }
        const auto found = pattern_of_.find(flow_of(v, check, hvdc_mw));
        if (found != pattern_of_.end()) {
            row_of_[{v.branch, v.contingency, v.hour}] = rows_.size();
            rows_.push_back({found->second, v.hour, 0.0, 0.0});
        }
    }
    for (OutageRow& row : rows_) {
        lay(check, hvdc_mw, row);
    }
}

} // namespace longyang::security
