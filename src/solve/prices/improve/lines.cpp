#include "solve/prices/improve/plants.hpp"
#include "solve/prices/oracles/continuous_line.hpp"

namespace longyang::solve::prices {

LineWindow::LineWindow(const lp::LevelLine& line, const lp::LinePlan& plan, const Window& window,
                       const Held& held, WindowProgramme& programme)
    : line_(line), window_(window), power_(line.blocks(), -1) {
    const bool free = may_change() && !held.whole;
    for (std::size_t b = 0; b < power_.size(); ++b) {
        const auto begin = static_cast<std::size_t>(line.block_begin[b]);
        const auto end = static_cast<std::size_t>(line.block_begin[b + 1]);
        if (end <= window.begin || begin >= window.end) {
            continue;
        }
        if (begin >= window.begin && end <= window.end && free) {
            add_block(b, plan, programme);
            continue;
        }
        for (std::size_t t = std::max(begin, window.begin); t < std::min(end, window.end); ++t) {
            programme.give_constant(line.injection, t - window.begin, -plan.power_mw[t]);
            programme.give_constant(line.power, t - window.begin, plan.power_mw[t]);
        }
    }
    add_ramps(plan, programme);
}

/// Whether its powers may be any within limits, and what is delivered is concave in them.
bool LineWindow::may_change() const {
    return line_.step_mw == 0.0 && line_.max_changes_per_day == 0 &&
           (line_.chord_slope.size() == 1 || line_.delivered_cny_per_mwh >= 0.0);
}

// PE-82  power of a block; delivered <= each chord (HV-5); missing >= demanded - power (HV-6)
void LineWindow::add_block(std::size_t b, const lp::LinePlan& plan, WindowProgramme& programme) {
    const auto begin = static_cast<std::size_t>(line_.block_begin[b]);
    const auto end = static_cast<std::size_t>(line_.block_begin[b + 1]);
    const double present_mw = plan.power_mw[begin];
    const int power = programme.add_column(line_.low_mw[b], line_.high_mw[b], 0.0, present_mw);
    power_[b] = power;
    for (std::size_t t = begin; t < end; ++t) {
        programme.give(line_.injection, t - window_.begin, -1.0);
        programme.give(line_.power, t - window_.begin, 1.0);
    }
    if (!line_.chord_slope.empty()) {
        const int delivered = programme.add_column(-lp::infinity, lp::infinity,
                                                   -line_.delivered_cny_per_mwh * line_.hours(b),
                                                   delivered_mw(line_, present_mw));
        const bool one = line_.chord_slope.size() == 1;
        for (std::size_t k = 0; k < line_.chord_slope.size(); ++k) {
            const std::vector<lp::Term> terms{{delivered, 1.0}, {power, -line_.chord_slope[k]}};
            const double offset_mw = line_.chord_offset_mw[k];
            programme.add_row(one ? offset_mw : -lp::infinity, offset_mw, terms, unknown);
        }
    }
    for (std::size_t t = begin; t < end && !line_.demanded_mw.empty(); ++t) {
        const int missing = programme.add_column(0.0, lp::infinity, line_.missing_cny_per_mwh,
                                                 std::max(0.0, line_.demanded_mw[t] - present_mw));
        const std::vector<lp::Term> terms{{missing, 1.0}, {power, 1.0}};
        programme.add_row(line_.demanded_mw[t], lp::infinity, terms, unknown);
    }
}

// PE-82  changes between blocks (HV-3), also into the window and out of it
void LineWindow::add_ramps(const lp::LinePlan& plan, WindowProgramme& programme) const {
    for (std::size_t b = 1; b < power_.size(); ++b) {
        if (power_[b] < 0 && power_[b - 1] < 0) {
            continue;
        }
        double known_mw = 0.0;
        std::vector<lp::Term> terms;
        const auto append = [&](std::size_t block, double sign) {
            if (power_[block] >= 0) {
                terms.push_back({power_[block], sign});
            } else {
                known_mw +=
                    sign * plan.power_mw[static_cast<std::size_t>(line_.block_begin[block])];
            }
        };
        append(b, 1.0);
        append(b - 1, -1.0);
        programme.add_waiting(-line_.change_max_mw[b] - known_mw, line_.change_max_mw[b] - known_mw,
                              terms);
    }
}

void LineWindow::read(std::span<const double> value, lp::LinePlan& plan) const {
    for (std::size_t b = 0; b < power_.size(); ++b) {
        for (int t = line_.block_begin[b]; power_[b] >= 0 && t < line_.block_begin[b + 1]; ++t) {
            const auto hour = static_cast<std::size_t>(t);
            plan.power_mw[hour] = value[static_cast<std::size_t>(power_[b])];
            if (!line_.chord_slope.empty()) {
                plan.delivered_mw[hour] = delivered_mw(line_, plan.power_mw[hour]);
            }
        }
    }
}

double LineWindow::cost(const lp::LinePlan& plan) const {
    double cny = 0.0;
    for (std::size_t t = window_.begin; t < window_.end; ++t) {
        cny += line_.missing_cny(t, plan.power_mw[t]) -
               line_.delivered_cny_per_mwh * plan.delivered_mw[t];
    }
    return cny;
}

} // namespace longyang::solve::prices
