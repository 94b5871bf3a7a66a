#include "run/limit_rows.hpp"

#include "model/contracts.hpp"
#include "model/coupling.hpp"
#include "powerflow/rounded_rows.hpp"

#include <algorithm>
#include <cmath>

namespace longyang::run {
namespace {

using powerflow::LimitViolation;

} // namespace

LimitRows::LimitRows(const Comm& comm, const model::Context& context)
    : comm_(comm), context_(context) {}

LimitRows::StagePatterns& LimitRows::of_stage(std::size_t stage) {
    while (patterns_.size() <= stage) {
        patterns_.push_back({std::vector<FlowPattern>(context_.system.branches.line.size()),
                             std::vector<FlowPattern>(context_.system.sections.line.size())});
    }
    return patterns_[stage];
}

LimitRows::FlowPattern& LimitRows::flow_pattern(std::size_t stage, LimitViolation::Kind kind,
                                                int item) {
    const auto at = static_cast<std::size_t>(item);
    StagePatterns& patterns = of_stage(stage);
    return kind == LimitViolation::Kind::branch ? patterns.branch[at] : patterns.section[at];
}

void LimitRows::make_patterns(const GridFactors& grid, std::size_t stage,
                              const std::vector<int>& branches, const std::vector<int>& sections,
                              lp::Coupling& coupling) {
    const powerflow::Network& network = grid.stages[stage].network;
    const powerflow::ShiftFactors& factors = grid.stages[stage].factors;
    const auto buses = static_cast<std::size_t>(network.buses);
    const powerflow::GatheredRows rows = powerflow::gather_rows(comm_, network, factors, branches);
    StagePatterns& patterns = of_stage(stage);
    for (std::size_t k = 0; k < branches.size(); ++k) {
        const auto name =
            "branch " + context_.system.branches.name[static_cast<std::size_t>(branches[k])];
        patterns.branch[static_cast<std::size_t>(branches[k])] = {
            model::add_flow_pattern(
                coupling, context_, "NW-2", name,
                powerflow::rounded_factors(std::span(rows.value).subspan(k * buses, buses))),
            powerflow::rounded_mw(rows.offset_mw[k])};
    }
    for (const int section : sections) {
        const powerflow::SectionPattern sum =
            powerflow::section_pattern(comm_, network, factors, context_.system, section);
        const auto name =
            "section " + context_.system.sections.name[static_cast<std::size_t>(section)];
        patterns.section[static_cast<std::size_t>(section)] = {
            model::add_flow_pattern(coupling, context_, "NW-3", name,
                                    powerflow::rounded_factors(sum.value)),
            powerflow::rounded_mw(sum.offset_mw)};
    }
}

void LimitRows::add_section_contracts(const GridFactors& grid, lp::Coupling& coupling) {
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
    for (std::size_t stage = 0; stage < grid.stages.size(); ++stage) {
        make_patterns(grid, stage, {}, sections, coupling);
        for (const int section : sections) {
            const FlowPattern& flow = of_stage(stage).section[static_cast<std::size_t>(section)];
            model::add_section_contracts(coupling, context_, section, flow.pattern, flow.offset_mw,
                                         {grid.stages[stage].begin, grid.stages[stage].end});
        }
    }
}

std::size_t LimitRows::add(const GridFactors& grid, std::span<const LimitViolation> violations,
                           lp::Coupling& coupling) {
    for (std::size_t stage = 0; stage < grid.stages.size(); ++stage) {
        std::vector<int> branches;
        std::vector<int> sections;
        for (const LimitViolation& v : violations) {
            if (grid.stage_of(v.hour) == stage && flow_pattern(stage, v.kind, v.item).pattern < 0) {
                (v.kind == LimitViolation::Kind::branch ? branches : sections).push_back(v.item);
            }
        }
        for (auto* list : {&branches, &sections}) {
            std::sort(list->begin(), list->end());
            list->erase(std::unique(list->begin(), list->end()), list->end());
        }
        make_patterns(grid, stage, branches, sections, coupling);
    }

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
        const FlowPattern& at = flow_pattern(grid.stage_of(v.hour), v.kind, v.item);
        limits_.push_back({v.kind, v.item, v.hour, coupling.rows.size(), lower, upper});
        coupling.rows.push_back(
            {at.pattern, v.hour, v.hour + 1, lower - at.offset_mw, upper - at.offset_mw});
    }
    return coupling.rows.size() - first;
}

} // namespace longyang::run
