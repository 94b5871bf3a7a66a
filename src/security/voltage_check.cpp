#include "security/voltage_check.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace longyang::security {
namespace {

using kernels::AcStatus;

/// The first trial takes so much of a section's flow away; of an hour that is not solved, each of
/// these until one is.
constexpr double trial_share = 0.02;
constexpr double rescue_shares[] = {0.05, 0.1, 0.2, 0.35, 0.5};
/// A section of which more would have to be taken does not drive the voltage.
constexpr double most_relief = 0.5;
/// Voltages are brought so far inside their band, pu.
constexpr double inside_pu = 5e-4;
/// Solves in which the relief of a section is made to fit.
constexpr int fitting_rounds = 8;
/// Sections that carry less, MW, are not asked.
constexpr double least_flow_mw = 1.0;
/// Sensitivities are compared to so many pu per MW: AC solves agree on any number of ranks to about
/// 1e-12 pu.
constexpr double sensitivity_step = 1e-10;
/// Columns that are solved at a time.
constexpr std::size_t most_columns = 4096;

std::size_t at(int i) {
    return static_cast<std::size_t>(i);
}

/// How far a voltage lies outside its bus's band; negative inside.
double outside(const grid::System& system, std::size_t bus, double v_pu) {
    return std::max(system.buses.v_min_pu[bus] - v_pu, v_pu - system.buses.v_max_pu[bus]);
}

/// The bus that lies farthest outside in an hour of an answer.
struct Worst {
    int bus = -1;
    double outside_pu = -std::numeric_limits<double>::infinity();
    int count = 0; ///< of buses outside
};

Worst worst_of(const grid::System& system, const powerflow::AcNetwork& network,
               const powerflow::AcHoursAnswer& answer, std::size_t hour) {
    Worst worst;
    for (std::size_t b = 0; b < answer.buses; ++b) {
        if (network.island[b] < 0) {
            continue;
        }
        // Whole 1e-9 keep the choice between equal ones the same on any number of ranks.
        const double pu =
            std::round(outside(system, b, answer.v_pu[b * answer.hours + hour]) * 1e9) / 1e9;
        worst.count += pu > voltage_tolerance_pu ? 1 : 0;
        if (pu > worst.outside_pu) {
            worst.outside_pu = pu;
            worst.bus = static_cast<int>(b);
        }
    }
    return worst;
}

/// An hour with less through a section.
struct Trial {
    std::size_t finding = 0;
    int section = 0;
    double less_mw = 0.0;
};

/// What trials lead to.
class Trials {
public:
    Trials(const Comm& comm, const grid::System& system, const powerflow::AcNetwork& network,
           const powerflow::AcInjections& in, std::span<const SectionShift> sections,
           const grid::HourTable& section_mw, std::span<const VoltageFinding> findings)
        : comm_(comm), system_(system), network_(network), in_(in), sections_(sections),
          section_mw_(section_mw), findings_(findings) {}

    [[nodiscard]] double flow_mw(int section, std::size_t finding) const {
        return section_mw_.row(at(section))[at(findings_[finding].hour)];
    }

    /// The most that may be taken from it, MW.
    [[nodiscard]] double most_mw(int section, std::size_t finding) const {
        return most_relief * std::abs(flow_mw(section, finding));
    }

    struct Outcome {
        bool solved = false;
        Worst worst;
        double of_bus_pu = 0.0; ///< the finding's bus, how far outside
    };

    [[nodiscard]] std::vector<Outcome> solve(std::span<const Trial> trials) const {
        std::vector<Outcome> outcomes;
        for (std::size_t first = 0; first < trials.size(); first += most_columns) {
            const auto part = trials.subspan(first, std::min(most_columns, trials.size() - first));
            const powerflow::AcHoursAnswer answer =
                powerflow::solve_ac_hours(comm_, network_, columns(part), {});
            for (std::size_t k = 0; k < part.size(); ++k) {
                Outcome outcome;
                outcome.solved = answer.status[k] != AcStatus::not_converged;
                if (outcome.solved) {
                    const int bus = findings_[part[k].finding].bus;
                    outcome.worst = worst_of(system_, network_, answer, k);
                    outcome.of_bus_pu =
                        outside(system_, at(bus), answer.v_pu[at(bus) * answer.hours + k]);
                }
                outcomes.push_back(outcome);
            }
        }
        return outcomes;
    }

private:
    [[nodiscard]] powerflow::AcInjections columns(std::span<const Trial> trials) const {
        powerflow::AcInjections part;
        part.buses = in_.buses;
        part.hours = trials.size();
        const auto gather = [&](const auto& from, auto& to) {
            to.resize(part.buses * part.hours);
            for (std::size_t b = 0; b < part.buses; ++b) {
                for (std::size_t k = 0; k < trials.size(); ++k) {
                    to[b * part.hours + k] =
                        from[b * in_.hours + at(findings_[trials[k].finding].hour)];
                }
            }
        };
        gather(in_.p_pu, part.p_pu);
        gather(in_.q_pu, part.q_pu);
        gather(in_.q_min_pu, part.q_min_pu);
        gather(in_.q_max_pu, part.q_max_pu);
        gather(in_.machine_loss_pu, part.machine_loss_pu);
        gather(in_.holds, part.holds);
        for (std::size_t k = 0; k < trials.size(); ++k) {
            const double sign = flow_mw(trials[k].section, trials[k].finding) < 0.0 ? 1.0 : -1.0;
            const std::vector<double>& shift =
                sections_[at(trials[k].section)].shift_at(findings_[trials[k].finding].hour);
            for (std::size_t b = 0; b < part.buses; ++b) {
                part.p_pu[b * part.hours + k] +=
                    sign * trials[k].less_mw * shift[b] / network_.base_mva;
            }
        }
        return part;
    }

    const Comm& comm_;
    const grid::System& system_;
    const powerflow::AcNetwork& network_;
    const powerflow::AcInjections& in_;
    std::span<const SectionShift> sections_;
    const grid::HourTable& section_mw_;
    std::span<const VoltageFinding> findings_;
};

/// A section that may help a finding, and two points of how far its worst bus lies outside by what
/// is taken from its flow.
struct Fit {
    int section = -1;
    double sensitivity = 0.0; ///< pu per MW
    double done_mw = 0.0, done_pu = 0.0;
    double next_mw = 0.0;
    bool open = false;
};

/// AC-10: the section with the largest sensitivity of the worst bus's voltage.
void choose(const Trials& trials, std::span<const Trial> list,
            std::span<const Trials::Outcome> outcomes, std::span<const VoltageFinding> findings,
            std::vector<Fit>& fits) {
    for (std::size_t k = 0; k < list.size(); ++k) {
        const VoltageFinding& finding = findings[list[k].finding];
        Fit& fit = fits[list[k].finding];
        if (!outcomes[k].solved) {
            continue;
        }
        const double most_mw = trials.most_mw(list[k].section, list[k].finding);
        if (!finding.solved) { // the least that makes it solvable
            if (fit.section < 0 || list[k].less_mw < fit.done_mw) {
                fit = {list[k].section,
                       0.0,
                       list[k].less_mw,
                       outcomes[k].worst.outside_pu,
                       std::min(1.5 * list[k].less_mw, most_mw),
                       true};
            }
            continue;
        }
        const double sensitivity = std::round((finding.outside_pu - outcomes[k].of_bus_pu) /
                                              list[k].less_mw / sensitivity_step) *
                                   sensitivity_step;
        if (sensitivity <= fit.sensitivity) {
            continue;
        }
        const double wanted_mw = (finding.outside_pu + inside_pu) / sensitivity;
        if (wanted_mw <= most_mw) {
            fit = {list[k].section, sensitivity, 0.0, finding.outside_pu, wanted_mw, true};
        }
    }
}

/// One secant step of a fit with what its trial led to.
void step(const Trials::Outcome& outcome, double most_mw, Fit& fit) {
    const double before_mw = fit.done_mw;
    const double before_pu = fit.done_pu;
    const double now_pu = outcome.worst.outside_pu;
    if (!outcome.solved || now_pu >= before_pu) {
        fit.open = false;
        return;
    }
    fit.done_mw = fit.next_mw;
    fit.done_pu = now_pu;
    fit.next_mw = std::min(most_mw, fit.done_mw + (now_pu + inside_pu) * (fit.done_mw - before_mw) /
                                                      (before_pu - now_pu));
    fit.open = now_pu > 0.0 && fit.next_mw > fit.done_mw;
}

} // namespace

VoltageCheck check_voltages(const Comm& comm, const grid::System& system,
                            const powerflow::AcNetwork& network,
                            const powerflow::AcInjections& in) {
    const powerflow::AcHoursAnswer answer = powerflow::solve_ac_hours(comm, network, in, {});
    VoltageCheck check;
    check.slack = powerflow::slack_beyond(network, in, answer, system.info.base_mva);
    std::vector<VoltageFinding>& findings = check.findings;
    for (std::size_t h = 0; h < answer.hours; ++h) {
        VoltageFinding finding;
        finding.hour = static_cast<int>(h);
        if (answer.status[h] == AcStatus::not_converged) {
            finding.solved = false;
            finding.bus = answer.worst_bus[h];
            findings.push_back(finding);
            continue;
        }
        const Worst worst = worst_of(system, network, answer, h);
        if (worst.outside_pu > voltage_tolerance_pu) {
            finding.bus = worst.bus;
            finding.v_pu = answer.v_pu[at(worst.bus) * answer.hours + h];
            finding.outside_pu = finding.left_pu = worst.outside_pu;
            finding.buses_outside = worst.count;
            findings.push_back(finding);
        }
    }
    return check;
}

// AC-10
void find_sections(const Comm& comm, const grid::System& system,
                   const powerflow::AcNetwork& network, const powerflow::AcInjections& in,
                   std::span<const SectionShift> sections, const grid::HourTable& section_mw,
                   std::span<VoltageFinding> findings) {
    const Trials trials(comm, system, network, in, sections, section_mw, findings);
    std::vector<Trial> list;
    for (std::size_t f = 0; f < findings.size(); ++f) {
        for (std::size_t s = 0; s < sections.size(); ++s) {
            const double flow_mw = std::abs(trials.flow_mw(static_cast<int>(s), f));
            if (sections[s].shift_at(findings[f].hour).empty() || flow_mw < least_flow_mw) {
                continue;
            }
            if (findings[f].solved) {
                list.push_back({f, static_cast<int>(s), trial_share * flow_mw});
            } else {
                for (const double share : rescue_shares) {
                    list.push_back({f, static_cast<int>(s), share * flow_mw});
                }
            }
        }
    }
    std::vector<Fit> fits(findings.size());
    choose(trials, list, trials.solve(list), findings, fits);
    for (Fit& fit : fits) {
        fit.open = fit.section >= 0 && !(fit.done_mw > 0.0 && fit.done_pu <= 0.0);
    }
    for (int round = 0; round < fitting_rounds; ++round) {
        list.clear();
        for (std::size_t f = 0; f < fits.size(); ++f) {
            if (fits[f].open) {
                list.push_back({f, fits[f].section, fits[f].next_mw});
            }
        }
        const std::vector<Trials::Outcome> outcomes = trials.solve(list);
        for (std::size_t k = 0; k < list.size(); ++k) {
            step(outcomes[k], trials.most_mw(list[k].section, list[k].finding),
                 fits[list[k].finding]);
        }
    }
    for (std::size_t f = 0; f < fits.size(); ++f) {
        // Of an hour that was not solved, one that is and lies outside is better.
        const bool mends = fits[f].done_pu <= voltage_tolerance_pu || !findings[f].solved;
        if (fits[f].section >= 0 && fits[f].done_mw > 0.0 && mends) {
            const double flow_mw = trials.flow_mw(fits[f].section, f);
            findings[f].section = fits[f].section;
            findings[f].direction = flow_mw < 0.0 ? -1 : 1;
            findings[f].flow_mw = std::abs(flow_mw);
            findings[f].relief_mw =
                std::min(std::abs(flow_mw), std::ceil(fits[f].done_mw * 100.0) / 100.0);
            findings[f].left_pu = std::max(0.0, fits[f].done_pu);
        }
    }
}

} // namespace longyang::security
