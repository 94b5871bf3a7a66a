#include "certify/rows.hpp"

#include "grid/service.hpp"
#include "model/contracts.hpp"
#include "model/coupling.hpp"
#include "partition/partition.hpp"
#include "powerflow/limits.hpp"
#include "powerflow/network.hpp"
#include "powerflow/rounded_rows.hpp"
#include "powerflow/shift_factors.hpp"
#include "security/contingencies.hpp"
#include "security/outage_rows.hpp"
#include "security/voltage_rows.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <iterator>
#include <map>
#include <utility>

namespace longyang::certify {
namespace {

constexpr std::size_t most_faults = 5;

bool of_security(const std::string& tag) {
    return tag == "SE-15" || tag == "SE-16" || tag == "AC-11" || tag == "N1-8" || tag == "N1-9";
}

class Rows {
public:
    Rows(const Comm& comm, const model::Context& context, const results::RowPrices& stored,
         const StoredSchedule* schedule, double security_cny_per_mwh)
        : comm_(comm), context_(context), stored_(stored), schedule_(schedule),
          security_cny_per_mwh_(security_cny_per_mwh),
          owners_(partition::share_out(context.system, comm.size())),
          outages_(security::contingencies(context.system)),
          capacities_(security::capacity_spans(context.system, context.span)) {
        for (grid::NetworkSpan& span : grid::network_spans(context.system, context.span)) {
            Stage stage{
                span.begin, span.end, powerflow::make_network(context.system, span.out), {}};
            stage.factors = powerflow::shift_factors(comm, stage.network, owners_.bus,
                                                     powerflow::all_branches(stage.network), {});
            stages_.push_back(std::move(stage));
        }
        if (schedule != nullptr) {
            action_mw_ = security::action_mw(
                outages_, context.span.size(), schedule->branch_mw.values,
                security::scheduled_power_mw(outages_, schedule->schedule).values);
        }
    }

    [[nodiscard]] PricedRows put_together();

private:
    /// A pattern of the network, and the flow that is there without injections.
    struct Flow {
        int pattern = -1;
        double offset_mw = 0.0;
        double lower_mw = 0.0, upper_mw = 0.0;
    };
    /// Hours [begin, end) with one network (SV-6).
    struct Stage {
        int begin = 0, end = 0;
        powerflow::Network network;
        powerflow::ShiftFactors factors;
    };
    /// The number of an hour's; that of the first where the case has no such hour.
    [[nodiscard]] std::size_t stage_of(int hour) const;
    void add_always();
    [[nodiscard]] bool weighs_in_security(int channel) const;
    void compare(std::size_t row, std::size_t own_row);
    const Flow* flow_of(std::size_t row);
    Flow& add_branch(std::size_t stage, const std::string& what, std::size_t branch);
    Flow& add_section(std::size_t stage, std::size_t section);
    void add_limit(std::size_t row);
    const Flow* outage_of(std::size_t row);
    const security::OutagePattern* outage_pattern_of(const std::string& what, int capacity);
    void add_voltage(std::size_t row);
    void add_row(std::size_t row, const Flow& flow);
    void add_tangent(std::size_t row);
    void fault(std::size_t row, const std::string& words);

    const Comm& comm_;
    const model::Context& context_;
    const results::RowPrices& stored_;
    const StoredSchedule* schedule_;
    double security_cny_per_mwh_;
    partition::Owners owners_;
    std::vector<Stage> stages_;
    security::Contingencies outages_;
    std::vector<double> action_mw_; ///< of the schedule, actions x hours
    std::vector<security::CapacitySpan> capacities_;
    std::map<std::string, Flow> flows_;                                 ///< of voltages
    std::map<std::pair<std::string, int>, Flow> outage_flows_;          ///< by name and capacity
    std::map<std::pair<std::size_t, std::string>, Flow> network_flows_; ///< by stage and name
    std::map<std::pair<std::string, int>, security::OutagePattern> outage_patterns_;
    std::map<int, int> tangents_; ///< stored pattern, own pattern
    PricedRows rows_;
};

void Rows::fault(std::size_t row, const std::string& words) {
    if (rows_.faults.size() < most_faults) {
        const auto p = static_cast<std::size_t>(stored_.pattern[row]);
        rows_.faults.push_back(
            fmt::format("row {} ({} {}): {}", row, stored_.tag[p], stored_.what[p], words));
    }
}

std::size_t Rows::stage_of(int hour) const {
    std::size_t stage = 0;
    while (stage + 1 < stages_.size() && hour >= stages_[stage].end) {
        ++stage;
    }
    return stage;
}

Rows::Flow& Rows::add_branch(std::size_t stage, const std::string& what, std::size_t branch) {
    const int wanted = static_cast<int>(branch);
    const powerflow::GatheredRows row = powerflow::gather_rows(
        comm_, stages_[stage].network, stages_[stage].factors, std::span(&wanted, 1));
    const double rating_mw = context_.system.branches.rating_mw[branch];
    return network_flows_[{stage, what}] = {
               model::add_flow_pattern(rows_.coupling, context_, "NW-2", what,
                                       powerflow::rounded_factors(row.value)),
               powerflow::rounded_mw(row.offset_mw[0]), -rating_mw, rating_mw};
}

Rows::Flow& Rows::add_section(std::size_t stage, std::size_t section) {
    const grid::Sections& table = context_.system.sections;
    const std::string what = "section " + table.name[section];
    const powerflow::SectionPattern sum =
        powerflow::section_pattern(comm_, stages_[stage].network, stages_[stage].factors,
                                   context_.system, static_cast<int>(section));
    return network_flows_[{stage, what}] = {
               model::add_flow_pattern(rows_.coupling, context_, "NW-3", what,
                                       powerflow::rounded_factors(sum.value)),
               powerflow::rounded_mw(sum.offset_mw), -table.limit_backward_mw[section],
               table.limit_forward_mw[section]};
}

/// Rows that are there from the beginning.
void Rows::add_always() {
    rows_.coupling = model::make_coupling(context_);
    const grid::EnergyContracts& contracts = context_.system.contracts;
    std::vector<int> sections;
    for (std::size_t c = 0; c < contracts.of.size(); ++c) {
        if (contracts.kind[c] == "section") {
            sections.push_back(model::contract_target(context_.system, static_cast<int>(c)));
        }
    }
    std::sort(sections.begin(), sections.end());
    sections.erase(std::unique(sections.begin(), sections.end()), sections.end());
    for (std::size_t stage = 0; stage < stages_.size(); ++stage) {
        std::vector<Flow> flows;
        std::transform(
            sections.begin(), sections.end(), std::back_inserter(flows),
            [&](int section) { return add_section(stage, static_cast<std::size_t>(section)); });
        for (std::size_t k = 0; k < sections.size(); ++k) {
            model::add_section_contracts(rows_.coupling, context_, sections[k], flows[k].pattern,
                                         flows[k].offset_mw,
                                         {stages_[stage].begin, stages_[stage].end});
        }
    }
}

/// Holds a stored row against one of the case.
void Rows::compare(std::size_t row, std::size_t own_row) {
    const lp::CouplingRow& own = rows_.coupling.rows[own_row];
    const lp::Pattern& pattern = rows_.coupling.patterns[static_cast<std::size_t>(own.pattern)];
    const auto p = static_cast<std::size_t>(stored_.pattern[row]);
    const auto same = [](double a, double b) {
        return a == b || std::abs(a - b) <= 1e-6 * (1.0 + std::abs(b));
    };
    if (stored_.tag[p] != pattern.tag || stored_.what[p] != pattern.name ||
        stored_.begin[row] != own.begin || stored_.end[row] != own.end) {
        fault(row, fmt::format("the case has {} {} over hours {} to {} there", pattern.tag,
                               pattern.name, own.begin, own.end));
    } else if (!same(stored_.lower[row], own.lower) || !same(stored_.upper[row], own.upper)) {
        fault(row, fmt::format("limits {} and {}, by the case {} and {}", stored_.lower[row],
                               stored_.upper[row], own.lower, own.upper));
    }
}

const Rows::Flow* Rows::flow_of(std::size_t row) {
    const auto p = static_cast<std::size_t>(stored_.pattern[row]);
    const std::string& what = stored_.what[p];
    const std::size_t stage = stage_of(stored_.begin[row]);
    if (const auto known = network_flows_.find({stage, what}); known != network_flows_.end()) {
        return &known->second;
    }
    const auto place = [](const grid::Names& names, const std::string& name) {
        return static_cast<std::size_t>(std::find(names.begin(), names.end(), name) -
                                        names.begin());
    };
    const grid::System& system = context_.system;
    if (stored_.tag[p] == "NW-2" && what.starts_with("branch ")) {
        const std::size_t branch = place(system.branches.name, what.substr(7));
        if (branch < system.branches.name.size() && system.branches.rating_mw[branch] > 0.0) {
            return &add_branch(stage, what, branch);
        }
    } else if (stored_.tag[p] == "NW-3" && what.starts_with("section ")) {
        const std::size_t section = place(system.sections.name, what.substr(8));
        if (section < system.sections.name.size()) {
            return &add_section(stage, section);
        }
    }
    return nullptr;
}

/// The pattern of a flow after an outage in the hours of a capacity, which is put among the rows'
/// the first time; null where nothing of the case has that name.
const security::OutagePattern* Rows::outage_pattern_of(const std::string& what, int capacity) {
    const std::pair<std::string, int> known_by{what, capacity};
    if (const auto known = outage_patterns_.find(known_by); known != outage_patterns_.end()) {
        return &known->second;
    }
    auto flow = security::flow_of_name(context_.system, outages_, what);
    if (!flow) {
        return nullptr;
    }
    flow->capacity = capacity;
    const security::OutagePattern& pattern = outage_patterns_[known_by] =
        security::outage_patterns(comm_, stages_.front().network, stages_.front().factors,
                                  context_.system, outages_, context_.span, std::span(&*flow, 1))
            .front();
    const int number = model::add_flow_pattern(
        rows_.coupling, context_, pattern.action.empty() ? "N1-8" : "N1-9", what, pattern.factor);
    outage_flows_[known_by] = {number, pattern.offset_mw, 0.0, 0.0};
    lp::Pattern& sum = rows_.coupling.patterns[static_cast<std::size_t>(number)];
    for (std::size_t k = 0; k < pattern.action.size(); ++k) {
        if (pattern.flow.follows[k] != 0) {
            const auto a = static_cast<std::size_t>(pattern.action[k]);
            sum.channel.push_back(context_.channels.hvdc_power(outages_.actions[a].item));
            sum.weight.push_back(pattern.action_factor[k]);
        }
    }
    return &pattern;
}

/// N1-8, N1-9: the flow of a branch after an outage.
const Rows::Flow* Rows::outage_of(std::size_t row) {
    const std::string& what = stored_.what[static_cast<std::size_t>(stored_.pattern[row])];
    const int hour = stored_.begin[row];
    if (hour < 0 || hour >= rows_.coupling.hours) {
        return nullptr;
    }
    const int capacity = security::capacity_at(capacities_, hour);
    const security::OutagePattern* pattern = outage_pattern_of(what, capacity);
    if (pattern == nullptr) {
        return nullptr;
    }
    Flow& flow = outage_flows_[{what, capacity}];
    flow.upper_mw = security::emergency_rating_mw(context_.system,
                                                  static_cast<std::size_t>(pattern->flow.branch),
                                                  context_.hour_of_year(hour));
    flow.lower_mw = -flow.upper_mw;
    if (!pattern->action.empty()) {
        ++rows_.of_schedule;
        flow.offset_mw = schedule_ != nullptr
                             ? security::beside_pattern_mw(*pattern, outages_, action_mw_,
                                                           schedule_->schedule.hvdc_p_mw,
                                                           static_cast<std::size_t>(hour))
                             : flow.upper_mw - stored_.upper[row];
    }
    return flow.upper_mw > 0.0 ? &flow : nullptr;
}

/// AC-11: weights are the section's, the limit of one direction is the file's.
void Rows::add_voltage(std::size_t row) {
    const std::string& what = stored_.what[static_cast<std::size_t>(stored_.pattern[row])];
    const security::VoltagePattern pattern =
        security::voltage_pattern_of_name(context_.system, what);
    const int hour = stored_.begin[row];
    if (pattern.section < 0 || hour < 0 || hour >= rows_.coupling.hours) {
        fault(row, "the case has no such section and bus");
        return;
    }
    if (!flows_.contains(what)) {
        const powerflow::SectionPattern sum =
            powerflow::section_pattern(comm_, stages_.front().network, stages_.front().factors,
                                       context_.system, pattern.section);
        flows_[what] = {model::add_flow_pattern(rows_.coupling, context_, "AC-11", what,
                                                powerflow::rounded_factors(sum.value)),
                        powerflow::rounded_mw(sum.offset_mw), 0.0, 0.0};
    }
    Flow& flow = flows_[what];
    const bool forward = pattern.direction > 0;
    flow.lower_mw = forward ? -lp::infinity : stored_.lower[row] + flow.offset_mw;
    flow.upper_mw = forward ? stored_.upper[row] + flow.offset_mw : lp::infinity;
    const double limit_mw = forward ? flow.upper_mw : -flow.lower_mw;
    if (!(limit_mw >= 0.0 && std::isfinite(limit_mw))) {
        fault(row, fmt::format("a section is to carry at most {} MW", limit_mw));
    }
    ++rows_.of_schedule;
    add_row(row, flow);
}

/// SE-14: powers of lines, renewables and units that run.
bool Rows::weighs_in_security(int channel) const {
    const grid::System& system = context_.system;
    const auto is_of = [&](int first, std::size_t count) {
        return channel >= first && channel < first + static_cast<int>(count);
    };
    return is_of(context_.channels.hvdc_power(0), system.hvdc.line.size()) ||
           is_of(context_.channels.renewable(0), system.buses.line.size()) ||
           is_of(context_.channels.running(0), system.thermal.line.size());
}

/// A row that a schedule led to, as the file has it.
void Rows::add_tangent(std::size_t row) {
    if (stored_.begin[row] < 0 || stored_.end[row] <= stored_.begin[row] ||
        stored_.end[row] > rows_.coupling.hours) {
        fault(row, "its hours are not of the span");
        return;
    }
    if (stored_.lower[row] != -lp::infinity || !std::isfinite(stored_.upper[row])) {
        fault(row, fmt::format("a limit of a line or station is an upper one, not {} to {} MW",
                               stored_.lower[row], stored_.upper[row]));
        return;
    }
    const int stored = stored_.pattern[row];
    const auto p = static_cast<std::size_t>(stored);
    if (!tangents_.contains(stored)) {
        lp::Pattern pattern{stored_.tag[p], stored_.what[p], {}, {}};
        for (std::size_t k = 0; k < stored_.term_pattern.size(); ++k) {
            if (stored_.term_pattern[k] == stored) {
                const auto found =
                    std::find(rows_.coupling.channels.begin(), rows_.coupling.channels.end(),
                              stored_.term_channel[k]);
                if (found == rows_.coupling.channels.end()) {
                    fault(row, fmt::format("the case has no {}", stored_.term_channel[k]));
                    return;
                }
                const auto channel = static_cast<int>(found - rows_.coupling.channels.begin());
                if (!weighs_in_security(channel)) {
                    fault(row, fmt::format("no limit of a line or station weighs {}",
                                           stored_.term_channel[k]));
                    return;
                }
                pattern.channel.push_back(channel);
                pattern.weight.push_back(stored_.term_weight[k]);
            }
        }
        tangents_[stored] = static_cast<int>(rows_.coupling.patterns.size());
        rows_.coupling.patterns.push_back(std::move(pattern));
    }
    rows_.coupling.rows.push_back({tangents_[stored], stored_.begin[row], stored_.end[row],
                                   stored_.lower[row], stored_.upper[row],
                                   stored_.breach_cny[row]});
    rows_.price.push_back(stored_.price_cny[row]);
    ++rows_.of_schedule;
}

/// A limit of the network in an hour, or one of security, which only a run that looked at security
/// has, and may break at the price that it was given.
void Rows::add_limit(std::size_t row) {
    const std::string& tag = stored_.tag[static_cast<std::size_t>(stored_.pattern[row])];
    if (of_security(tag)) {
        if (!context_.channels.security) {
            fault(row, "the run did not look at security");
            return;
        }
        if (!(stored_.breach_cny[row] <= security_cny_per_mwh_ * (1.0 + 1e-9))) {
            fault(row, fmt::format("may be broken at {} CNY, by the run's options at {}",
                                   stored_.breach_cny[row], security_cny_per_mwh_));
            return;
        }
    }
    if (tag == "SE-15" || tag == "SE-16") {
        add_tangent(row);
        return;
    }
    if (tag == "AC-11") {
        add_voltage(row);
        return;
    }
    const Flow* flow = tag == "N1-8" || tag == "N1-9" ? outage_of(row) : flow_of(row);
    if (flow == nullptr || (stages_.size() > 1 && tag != "NW-2" && tag != "NW-3")) {
        fault(row, "the case has no such limit");
        return;
    }
    add_row(row, *flow);
}

void Rows::add_row(std::size_t row, const Flow& flow) {
    const int hour = stored_.begin[row];
    if (hour < 0 || hour >= rows_.coupling.hours || stored_.end[row] != hour + 1) {
        fault(row, "the case has no such limit");
        return;
    }
    rows_.coupling.rows.push_back({flow.pattern, hour, hour + 1, flow.lower_mw - flow.offset_mw,
                                   flow.upper_mw - flow.offset_mw, stored_.breach_cny[row]});
    rows_.price.push_back(stored_.price_cny[row]);
    compare(row, rows_.coupling.rows.size() - 1);
}

PricedRows Rows::put_together() {
    add_always();
    const std::size_t always = rows_.coupling.rows.size();
    if (stored_.pattern.size() < always) {
        rows_.faults.push_back(
            fmt::format("{} rows have prices, the case has {}", stored_.pattern.size(), always));
        rows_.price.assign(always, 0.0);
        return std::move(rows_);
    }
    rows_.price.assign(stored_.price_cny.begin(),
                       stored_.price_cny.begin() + static_cast<std::ptrdiff_t>(always));
    for (std::size_t row = 0; row < always; ++row) {
        compare(row, row);
    }
    for (std::size_t row = always; row < stored_.pattern.size(); ++row) {
        add_limit(row);
    }
    for (std::size_t row = 0; row < std::min(rows_.price.size(), stored_.pattern.size()); ++row) {
        const double breach_cny = rows_.coupling.rows[row].breach_cny;
        if (!(std::abs(rows_.price[row]) <= breach_cny * (1.0 + 1e-9))) {
            fault(row, fmt::format("price {} CNY, where it may be broken at {}", rows_.price[row],
                                   breach_cny));
        }
    }
    return std::move(rows_);
}

} // namespace

PricedRows priced_rows(const Comm& comm, const model::Context& context,
                       const results::RowPrices& stored, const StoredSchedule* schedule,
                       double security_cny_per_mwh) {
    return Rows(comm, context, stored, schedule, security_cny_per_mwh).put_together();
}

std::vector<double> prices_of_channels(const PricedRows& rows) {
    const auto hours = static_cast<std::size_t>(rows.coupling.hours);
    std::vector<double> prices(rows.coupling.channels.size() * hours, 0.0);
    for (std::size_t r = 0; r < rows.price.size(); ++r) {
        const lp::CouplingRow& row = rows.coupling.rows[r];
        const lp::Pattern& pattern = rows.coupling.patterns[static_cast<std::size_t>(row.pattern)];
        for (std::size_t k = 0; rows.price[r] != 0.0 && k < pattern.channel.size(); ++k) {
            for (int t = row.begin; t < row.end; ++t) {
                prices[static_cast<std::size_t>(pattern.channel[k]) * hours +
                       static_cast<std::size_t>(t)] += pattern.weight[k] * rows.price[r];
            }
        }
    }
    return prices;
}

// PE-2  y L where y > 0, y U where y < 0
double value_of_row(const lp::CouplingRow& row, double price) {
    if (price == 0.0) {
        return 0.0;
    }
    return price * (price > 0.0 ? row.lower : row.upper);
}

double sum_of_row(const lp::Coupling& coupling, const lp::CouplingRow& row,
                  std::span<const double> given) {
    const lp::Pattern& pattern = coupling.patterns[static_cast<std::size_t>(row.pattern)];
    const auto hours = static_cast<std::size_t>(coupling.hours);
    double sum = 0.0;
    for (std::size_t k = 0; k < pattern.channel.size(); ++k) {
        for (int t = row.begin; t < row.end; ++t) {
            sum += pattern.weight[k] * given[static_cast<std::size_t>(pattern.channel[k]) * hours +
                                             static_cast<std::size_t>(t)];
        }
    }
    return sum;
}

} // namespace longyang::certify
