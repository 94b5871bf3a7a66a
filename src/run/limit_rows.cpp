#include "run/limit_rows.hpp"

#include "model/contracts.hpp"
#include "model/coupling.hpp"

#include <algorithm>
#include <cmath>

namespace longyang::run {
namespace {

using powerflow::LimitViolation;

} // namespace

std::vector<double> rounded_factors(std::span<const double> factors) {
    constexpr double steps = 134217728.0;
    std::vector<double> rounded;
    rounded.reserve(factors.size());
    for (const double factor : factors) {
        rounded.push_back(std::round(factor * steps) / steps);
    }
    return rounded;
}

double rounded_mw(double mw) {
    return std::round(mw * 1e6) / 1e6;
}

LimitRows::LimitRows(const Comm& comm, const model::Context& context)
    : comm_(comm), context_(context), branch_patterns_(context.system.branches.line.size()),
      section_patterns_(context.system.sections.line.size()) {}

LimitRows::FlowPattern& LimitRows::flow_pattern(LimitViolation::Kind kind, int item) {
    const auto at = static_cast<std::size_t>(item);
    return kind == LimitViolation::Kind::branch ? branch_patterns_[at] : section_patterns_[at];
}

void LimitRows::make_patterns(const powerflow::Network& network,
                              const powerflow::ShiftFactors& factors,
                              const std::vector<int>& branches, const std::vector<int>& sections,
                              lp::Coupling& coupling) {
    const auto buses = static_cast<std::size_t>(network.buses);
    const powerflow::GatheredRows rows = powerflow::gather_rows(comm_, network, factors, branches);
    for (std::size_t k = 0; k < branches.size(); ++k) {
        const auto name =
            "branch " + context_.system.branches.name[static_cast<std::size_t>(branches[k])];
        branch_patterns_[static_cast<std::size_t>(branches[k])] = {
            model::add_flow_pattern(
                coupling, context_, "NW-2", name,
                rounded_factors(std::span(rows.value).subspan(k * buses, buses))),
            rounded_mw(rows.offset_mw[k])};
    }
    for (const int section : sections) {
        const powerflow::SectionPattern sum =
            powerflow::section_pattern(comm_, network, factors, context_.system, section);
        const auto name =
            "section " + context_.system.sections.name[static_cast<std::size_t>(section)];
        section_patterns_[static_cast<std::size_t>(section)] = {
            model::add_flow_pattern(coupling, context_, "NW-3", name, rounded_factors(sum.value)),
            rounded_mw(sum.offset_mw)};
    }
}

void LimitRows::add_section_contracts(const powerflow::Network& network,
                                      const powerflow::ShiftFactors& factors,
                                      lp::Coupling& coupling) {
    const grid::EnergyContracts& contracts = context_.system.contracts;
    const grid::Names& names = context_.system.sections.name;
    std::vector<int> sections;
    for (std::size_t c = 0; c < contracts.of.size(); ++c) {
        if (contracts.kind[c] == "section") {
            const auto found = std::find(names.begin(), names.end(), contracts.of[c]);
            sections.push_back(static_cast<int>(found - names.begin()));
        }
    }
    std::sort(sections.begin(), sections.end());
    sections.erase(std::unique(sections.begin(), sections.end()), sections.end());
    make_patterns(network, factors, {}, sections, coupling);
    for (const int section : sections) {
        const FlowPattern& flow = section_patterns_[static_cast<std::size_t>(section)];
        model::add_section_contracts(coupling, context_, section, flow.pattern, flow.offset_mw);
    }
}

std::size_t LimitRows::add(const powerflow::Network& network,
                           const powerflow::ShiftFactors& factors,
                           std::span<const LimitViolation> violations, lp::Coupling& coupling) {
    std::vector<int> branches;
    std::vector<int> sections;
    for (const LimitViolation& v : violations) {
        if (flow_pattern(v.kind, v.item).pattern < 0) {
            (v.kind == LimitViolation::Kind::branch ? branches : sections).push_back(v.item);
        }
    }
    for (auto* list : {&branches, &sections}) {
        std::sort(list->begin(), list->end());
        list->erase(std::unique(list->begin(), list->end()), list->end());
    }
    make_patterns(network, factors, branches, sections, coupling);

    const grid::System& system = context_.system;
    const std::size_t first = coupling.rows.size();
    for (const LimitViolation& v : violations) {
        if (!known_.insert({v.kind, v.item, v.hour}).second) {
            continue;
        }
        const auto item = static_cast<std::size_t>(v.item);
        const bool branch = v.kind == LimitViolation::Kind::branch;
        const double upper =
            branch ? system.branches.rating_mw[item] : system.sections.limit_forward_mw[item];
        const double lower =
            branch ? -system.branches.rating_mw[item] : -system.sections.limit_backward_mw[item];
        const FlowPattern& at = flow_pattern(v.kind, v.item);
        limits_.push_back({v.kind, v.item, v.hour, coupling.rows.size(), lower, upper});
        coupling.rows.push_back(
            {at.pattern, v.hour, v.hour + 1, lower - at.offset_mw, upper - at.offset_mw});
    }
    return coupling.rows.size() - first;
}

} // namespace longyang::run
