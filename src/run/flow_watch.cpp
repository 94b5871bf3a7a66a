#include "run/flow_watch.hpp"

#include "model/coupling.hpp"
#include "powerflow/limits.hpp"
#include "powerflow/rounded_rows.hpp"

#include <algorithm>
#include <numeric>
#include <utility>

namespace longyang::run {

FlowWatch::FlowWatch(const Comm& comm, const model::Context& context, const GridFactors& grid,
                     double tolerance_mw)
    : channels_(context.channels),
      buses_(static_cast<std::size_t>(grid.stages.front().network.buses)),
      tolerance_mw_(tolerance_mw) {
    const grid::System& system = context.system;
    std::vector<int> branches;
    for (std::size_t l = 0; l < system.branches.rating_mw.size(); ++l) {
        if (system.branches.rating_mw[l] > 0.0) {
            branches.push_back(static_cast<int>(l));
        }
    }
    for (const GridStage& stage : grid.stages) {
        stages_.push_back({stage.end, {}, {}, {}});
        const powerflow::GatheredRows rows =
            powerflow::gather_rows(comm, stage.network, stage.factors, branches);
        for (std::size_t k = 0; k < branches.size(); ++k) {
            const double rating_mw =
                system.branches.rating_mw[static_cast<std::size_t>(branches[k])];
            add(powerflow::rounded_factors(std::span(rows.value).subspan(k * buses_, buses_)),
                powerflow::rounded_mw(rows.offset_mw[k]), -rating_mw, rating_mw);
        }
        for (std::size_t s = 0; s < system.sections.limit_forward_mw.size(); ++s) {
            const powerflow::SectionPattern sum = powerflow::section_pattern(
                comm, stage.network, stage.factors, system, static_cast<int>(s));
            add(powerflow::rounded_factors(sum.value), powerflow::rounded_mw(sum.offset_mw),
                -system.sections.limit_backward_mw[s], system.sections.limit_forward_mw[s]);
        }
    }
}

void FlowWatch::add(const std::vector<double>& factors, double offset_mw, double lower_mw,
                    double upper_mw) {
    Stage& stage = stages_.back();
    stage.factor.insert(stage.factor.end(), factors.begin(), factors.end());
    stage.lower_mw.push_back(lower_mw - offset_mw);
    stage.upper_mw.push_back(upper_mw - offset_mw);
}

std::vector<solve::prices::HourLimit> FlowWatch::broken(int hour, std::span<const double> channel,
                                                        std::size_t most) const {
    std::size_t number = 0;
    while (number + 1 < stages_.size() && hour >= stages_[number].end) {
        ++number;
    }
    const Stage& stage = stages_[number];
    const std::vector<double> injection = model::bus_injections_mw(channels_, 1, channel);
    std::vector<std::pair<double, std::size_t>> excess;
    for (std::size_t l = 0; l < stage.lower_mw.size(); ++l) {
        const double flow =
            std::inner_product(injection.begin(), injection.end(),
                               stage.factor.begin() + static_cast<std::ptrdiff_t>(l * buses_), 0.0);
        const double beyond = std::max(flow - stage.upper_mw[l], stage.lower_mw[l] - flow);
        if (beyond > tolerance_mw_) {
            excess.emplace_back(-beyond, l);
        }
    }
    std::sort(excess.begin(), excess.end());
    if (most > 0 && excess.size() > most) {
        excess.resize(most);
    }
    std::vector<solve::prices::HourLimit> limits;
    for (const auto& [beyond, l] : excess) {
        solve::prices::HourLimit limit;
        limit.lower = stage.lower_mw[l];
        limit.upper = stage.upper_mw[l];
        lp::Pattern pattern;
        model::add_injections(channels_, std::span(stage.factor).subspan(l * buses_, buses_),
                              pattern);
        limit.channel = std::move(pattern.channel);
        limit.weight = std::move(pattern.weight);
        limits.push_back(std::move(limit));
    }
    return limits;
}

} // namespace longyang::run
