#include "solve/prices/improve/plants.hpp"
#include "solve/prices/oracles/unit_cost.hpp"

#include <algorithm>
#include <array>
#include <map>

namespace longyang::solve::prices {

UnitsWindow::UnitsWindow(const std::vector<lp::UnitGroup>& groups, const lp::UnitsPlan& plan,
                         const Window& window, std::size_t hours, WindowProgramme& programme)
    : groups_(groups), first_(groups.front()), window_(window), hours_(hours) {
    for (std::size_t g = 0; g < groups.size(); ++g) {
        group_.insert(group_.end(), static_cast<std::size_t>(groups[g].units), g);
    }
    teams_ = teams(plan);
    for (Team& team : teams_) {
        for (std::size_t k = 0; k < window_.hours(); ++k) {
            add_hour(team, k, plan, programme);
        }
        add_ramps(team, programme);
    }
    for (std::size_t u = 0; u < group_.size(); ++u) {
        for (std::size_t t = window_.begin; t < window_.end; ++t) {
            const bool rests = plan.on[u * hours_ + t] == 0 && groups_[group_[u]].available[t] != 0;
            for (const int channel : first_.reserve.non_spinning) {
                programme.give_constant(channel, t - window_.begin,
                                        rests ? first_.non_spinning_max_mw : 0.0);
            }
        }
    }
}

UnitsWindow::Team UnitsWindow::team_of(std::size_t unit, const lp::UnitsPlan& plan) const {
    const lp::UnitGroup& group = groups_[group_[unit]];
    const std::size_t row = unit * hours_;
    Team team;
    team.units = {unit};
    bool was_on = window_.begin > 0 ? plan.on[row + window_.begin - 1] != 0 : group.initial_on == 1;
    bool was_off = window_.begin > 0 ? !was_on : group.initial_on == 0;
    team.hours.resize(window_.hours());
    for (std::size_t k = 0; k < team.hours.size(); ++k) {
        Hour& hour = team.hours[k];
        hour.on = plan.on[row + window_.begin + k] != 0;
        hour.started = hour.on && was_off;
        team.has_past = k == 0 ? was_on && hour.on : team.has_past;
        was_off = !hour.on;
    }
    if (team.has_past) {
        team.before_mw =
            window_.begin > 0 ? plan.p_mw[row + window_.begin - 1] : group.initial_p_mw;
    }
    // A stop behind the end limits the last hour too.
    const bool on_after = window_.end < hours_ && plan.on[row + window_.end] != 0;
    team.goes_on = on_after && team.hours.back().on;
    if (team.goes_on) {
        team.after_mw = plan.p_mw[row + window_.end];
        team.after_up_mw = plan.up_mw[row + window_.end];
        team.after_down_mw = plan.down_mw[row + window_.end];
    }
    return team;
}

std::vector<UnitsWindow::Team> UnitsWindow::teams(const lp::UnitsPlan& plan) const {
    std::vector<Team> found;
    std::map<std::vector<double>, std::size_t> number;
    for (std::size_t u = 0; u < group_.size(); ++u) {
        Team own = team_of(u, plan);
        const bool runs = std::any_of(own.hours.begin(), own.hours.end(),
                                      [](const Hour& hour) { return hour.on; });
        if (!runs) {
            continue;
        }
        std::vector<double> key{
            own.has_past ? 1.0 : 0.0, own.goes_on ? 1.0 : 0.0, own.before_mw, own.after_mw,
            own.after_up_mw,          own.after_down_mw};
        for (const Hour& hour : own.hours) {
            key.push_back((hour.on ? 1.0 : 0.0) + (hour.started ? 2.0 : 0.0));
        }
        const auto [place, is_new] = number.try_emplace(std::move(key), found.size());
        if (is_new) {
            found.push_back(std::move(own));
        } else {
            found[place->second].units.push_back(u);
        }
    }
    return found;
}

/// TH-5: largest output of a unit with its upward reserve.
double UnitsWindow::top(const Team& team, std::size_t k) const {
    const std::size_t t = window_.begin + k;
    double mw = first_.p_max_mw[t];
    if (team.hours[k].started) {
        mw = std::min(mw, first_.start_max_mw[t]);
    }
    const bool last = k + 1 == team.hours.size();
    const bool stops = last ? t + 1 < hours_ && !team.goes_on : !team.hours[k + 1].on;
    return stops ? std::min(mw, first_.stop_max_mw[t]) : mw;
}

std::vector<UnitsWindow::Piece> UnitsWindow::pieces(double floor_mw, double top_mw) const {
    std::vector<double> border{floor_mw, top_mw};
    const auto add_border = [&](double mw) {
        if (mw > floor_mw && mw < top_mw) {
            border.push_back(mw);
        }
    };
    double end = first_.base_mw;
    for (const double width : first_.segment_mw) {
        end += width;
        add_border(end);
    }
    const double falls_from = first_.up_max_mw > 0.0 ? top_mw - first_.up_max_mw : top_mw;
    const double grows_to = first_.down_max_mw > 0.0 ? floor_mw + first_.down_max_mw : floor_mw;
    add_border(falls_from);
    add_border(grows_to);
    std::sort(border.begin(), border.end());
    std::vector<Piece> found;
    for (std::size_t b = 0; b + 1 < border.size(); ++b) {
        const double middle = 0.5 * (border[b] + border[b + 1]);
        if (border[b + 1] <= border[b]) {
            continue;
        }
        Piece piece;
        piece.width_mw = border[b + 1] - border[b];
        piece.grows = middle < grows_to;
        piece.falls = middle > falls_from;
        double from = first_.base_mw;
        for (std::size_t s = 0; s < first_.segment_mw.size(); ++s) {
            if (middle > from) {
                piece.cny_per_mwh = first_.segment_cny_per_mwh[s];
            }
            from += first_.segment_mw[s];
        }
        found.push_back(piece);
    }
    return found;
}

/// What the floors of a team's units give, with the upward reserve there.
void UnitsWindow::give_reserve(const Team& team, std::size_t k, WindowProgramme& programme) const {
    const Hour& hour = team.hours[k];
    const double units = static_cast<double>(team.units.size());
    for (const int channel : first_.reserve.up) {
        programme.give_constant(channel, k, units * hour.least_up_mw);
    }
    if (first_.running >= 0) {
        programme.give_constant(first_.running, k, units);
    }
    programme.give_constant(first_.injection, k, units * hour.floor_mw);
    if (first_.draw.channel >= 0) {
        programme.give_constant(first_.draw.channel, k,
                                -units * first_.draw.amount(hour.floor_mw, hour.started));
    }
}

// PE-71  output as the floor and pieces above it, with the reserve that goes with them
void UnitsWindow::add_hour(Team& team, std::size_t k, const lp::UnitsPlan& plan,
                           WindowProgramme& programme) {
    Hour& hour = team.hours[k];
    if (!hour.on) {
        return;
    }
    const std::size_t t = window_.begin + k;
    const double units = static_cast<double>(team.units.size());
    double p_mw = 0.0;
    double up_mw = 0.0;
    double down_mw = 0.0;
    double captured_t = 0.0;
    for (const std::size_t u : team.units) {
        p_mw += plan.p_mw[u * hours_ + t] / units;
        up_mw += plan.up_mw[u * hours_ + t] / units;
        down_mw += plan.down_mw[u * hours_ + t] / units;
        captured_t += plan.captured(u * hours_ + t);
    }
    hour.floor_mw = std::min(first_.p_min_mw[t], p_mw);
    hour.top_mw = std::max({top(team, k), hour.floor_mw, p_mw});
    hour.least_up_mw = std::clamp(hour.top_mw - hour.floor_mw, 0.0, first_.up_max_mw);
    hour.pieces = pieces(hour.floor_mw, hour.top_mw);
    hour.first = static_cast<int>(programme.cost.size());
    give_reserve(team, k, programme);
    double rest_mw = p_mw - hour.floor_mw;
    double has_up_mw = hour.least_up_mw;
    double has_down_mw = 0.0;
    for (const Piece& piece : hour.pieces) {
        const double present = std::clamp(rest_mw, 0.0, piece.width_mw);
        rest_mw -= present;
        programme.add_column(0.0, units * piece.width_mw, piece.cny_per_mwh, units * present);
        programme.give(first_.injection, k, 1.0);
        if (first_.draw.channel >= 0) {
            programme.give(first_.draw.channel, k, -first_.draw.per_mwh);
        }
        if (piece.falls) {
            has_up_mw -= present;
            for (const int channel : first_.reserve.up) {
                programme.give(channel, k, -1.0);
            }
        }
        if (piece.grows) {
            has_down_mw += present;
            for (const int channel : first_.reserve.down) {
                programme.give(channel, k, 1.0);
            }
        }
    }
    add_capture(hour, k, units, captured_t, programme);
    const auto add_less = [&](double held_mw, double most_mw, const std::vector<int>& channels) {
        const int column = programme.add_column(0.0, units * most_mw, 0.0, units * held_mw);
        for (const int channel : channels) {
            programme.give(channel, k, -1.0);
        }
        return column;
    };
    const bool goes_on = k > 0 ? team.hours[k - 1].on : team.has_past;
    if (goes_on && first_.up_max_mw > 0.0) {
        hour.less_up =
            add_less(std::max(has_up_mw - up_mw, 0.0), first_.up_max_mw, first_.reserve.up);
    }
    if (goes_on && first_.down_max_mw > 0.0) {
        hour.less_down =
            add_less(std::max(has_down_mw - down_mw, 0.0), first_.down_max_mw, first_.reserve.down);
    }
}

// TH-19 of a team: a column, and a row over it and the pieces of output
void UnitsWindow::add_capture(Hour& hour, std::size_t k, double units, double captured_t,
                              WindowProgramme& programme) const {
    const lp::UnitCapture& capture = first_.capture;
    if (!capture.any()) {
        return;
    }
    hour.captured = programme.add_column(0.0, units * capture.most_t(hour.top_mw),
                                         capture.cny_per_t, captured_t);
    programme.give(first_.injection, k, -capture.mwh_per_t);
    if (first_.draw.channel >= 0) {
        programme.give(first_.draw.channel, k, 1.0);
    }
    std::vector<lp::Term> terms{{hour.captured, 1.0}};
    for (std::size_t j = 0; j < hour.pieces.size(); ++j) {
        terms.push_back({hour.first + static_cast<int>(j), -capture.t_per_mwh});
    }
    programme.add_row(-lp::infinity, units * capture.most_t(hour.floor_mw), terms, unknown);
}

/// factor x output above the floor; with upward or downward reserve: output + upward reserve above
/// floor + least_up_mw, output - downward reserve above the floor.
void UnitsWindow::append(const Team& team, std::size_t k, double factor, Reserve with,
                         std::vector<lp::Term>& terms) const {
    const Hour& hour = team.hours[k];
    for (std::size_t j = 0; j < hour.pieces.size(); ++j) {
        const Piece& piece = hour.pieces[j];
        const bool cancelled =
            (with == Reserve::up && piece.falls) || (with == Reserve::down && piece.grows);
        if (!cancelled) {
            terms.push_back({hour.first + static_cast<int>(j), factor});
        }
    }
    if (with == Reserve::up && hour.less_up >= 0) {
        terms.push_back({hour.less_up, -factor});
    }
    if (with == Reserve::down && hour.less_down >= 0) {
        terms.push_back({hour.less_down, factor});
    }
}

// PE-71  p_t + r+_t - p_{t-1} <= R_up,  p_{t-1} - p_t + r-_t <= R_down (TH-6), without reserve too,
//        since what ramps take from it may not exceed it
void UnitsWindow::add_rise(const Team& team, std::size_t k, Reserve with,
                           WindowProgramme& programme) const {
    const Hour& hour = team.hours[k];
    const bool from_window = k > 0;
    const double before_mw = from_window ? team.hours[k - 1].floor_mw : team.before_mw;
    const double least_mw = hour.floor_mw + (with == Reserve::up ? hour.least_up_mw : 0.0);
    if (hour.top_mw <= before_mw + first_.ramp_up_mw_per_h) {
        return;
    }
    std::vector<lp::Term> terms;
    append(team, k, 1.0, with, terms);
    if (from_window) {
        append(team, k - 1, -1.0, Reserve::none, terms);
    }
    programme.add_waiting(-lp::infinity,
                          static_cast<double>(team.units.size()) *
                              (before_mw + first_.ramp_up_mw_per_h - least_mw),
                          terms);
}

void UnitsWindow::add_fall(const Team& team, std::size_t k, Reserve with,
                           WindowProgramme& programme) const {
    const Hour& hour = team.hours[k];
    const bool from_window = k > 0;
    const double before_mw = from_window ? team.hours[k - 1].floor_mw : team.before_mw;
    const double before_most_mw = from_window ? team.hours[k - 1].top_mw : team.before_mw;
    if (before_most_mw - first_.ramp_down_mw_per_h <= hour.floor_mw) {
        return;
    }
    std::vector<lp::Term> terms;
    append(team, k, -1.0, with, terms);
    if (from_window) {
        append(team, k - 1, 1.0, Reserve::none, terms);
    }
    programme.add_waiting(-lp::infinity,
                          static_cast<double>(team.units.size()) *
                              (hour.floor_mw + first_.ramp_down_mw_per_h - before_mw),
                          terms);
}

void UnitsWindow::add_ramps(const Team& team, WindowProgramme& programme) const {
    for (std::size_t k = 0; k < team.hours.size(); ++k) {
        if (!team.hours[k].on || !(k > 0 ? team.hours[k - 1].on : team.has_past)) {
            continue;
        }
        add_rise(team, k, Reserve::none, programme);
        add_fall(team, k, Reserve::none, programme);
        if (first_.up_max_mw > 0.0) {
            add_rise(team, k, Reserve::up, programme);
        }
        if (first_.down_max_mw > 0.0) {
            add_fall(team, k, Reserve::down, programme);
        }
    }
    if (team.goes_on) {
        const double units = static_cast<double>(team.units.size());
        const double floor = team.hours.back().floor_mw;
        std::vector<lp::Term> terms;
        append(team, team.hours.size() - 1, 1.0, Reserve::none, terms);
        programme.add_waiting(
            units * (team.after_mw + team.after_up_mw - first_.ramp_up_mw_per_h - floor),
            units * (team.after_mw - team.after_down_mw + first_.ramp_down_mw_per_h - floor),
            terms);
    }
}

void UnitsWindow::read(std::span<const double> value, lp::UnitsPlan& plan) const {
    for (const Team& team : teams_) {
        const double units = static_cast<double>(team.units.size());
        double before = team.before_mw;
        for (std::size_t k = 0; k < team.hours.size(); ++k) {
            const Hour& hour = team.hours[k];
            if (!hour.on) {
                continue;
            }
            double p_mw = hour.floor_mw;
            for (std::size_t j = 0; j < hour.pieces.size(); ++j) {
                p_mw += value[static_cast<std::size_t>(hour.first) + j] / units;
            }
            p_mw = std::min(p_mw, hour.top_mw);
            double cap = hour.top_mw;
            double floor = hour.floor_mw;
            if (k > 0 ? team.hours[k - 1].on : team.has_past) {
                cap = std::min(cap, before + first_.ramp_up_mw_per_h);
                floor = std::max(floor, before - first_.ramp_down_mw_per_h);
            }
            for (const std::size_t u : team.units) {
                const std::size_t place = u * hours_ + window_.begin + k;
                if (hour.captured >= 0) {
                    plan.captured_t[place] =
                        std::clamp(value[static_cast<std::size_t>(hour.captured)] / units, 0.0,
                                   first_.capture.most_t(p_mw));
                }
                plan.p_mw[place] = p_mw;
                plan.up_mw[place] = std::clamp(cap - p_mw, 0.0, first_.up_max_mw);
                plan.down_mw[place] = std::clamp(p_mw - floor, 0.0, first_.down_max_mw);
            }
            before = p_mw;
        }
    }
}

double UnitsWindow::cost(const lp::UnitsPlan& plan) const {
    double cny = 0.0;
    for (const Team& team : teams_) {
        for (const std::size_t u : team.units) {
            for (std::size_t t = window_.begin; t < window_.end; ++t) {
                if (plan.on[u * hours_ + t] != 0) {
                    cny += running_cost(first_, plan.p_mw[u * hours_ + t],
                                        plan.captured(u * hours_ + t));
                }
            }
        }
    }
    return cny;
}

} // namespace longyang::solve::prices
