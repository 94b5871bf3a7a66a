#include "certify/limits_of_security.hpp"

#include "certify/options.hpp"
#include "partition/partition.hpp"
#include "powerflow/ac_injections.hpp"
#include "powerflow/ac_network.hpp"
#include "powerflow/network.hpp"
#include "report/outages.hpp"
#include "security/export_limits.hpp"
#include "security/outage_check.hpp"
#include "security/outage_rows.hpp"
#include "security/voltage_check.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <string>
#include <vector>

namespace longyang::certify {
namespace {

/// A limit of security that is broken by less counts as kept.
constexpr double kept_mw = 1.0;

/// What the file tells of the round of security whose schedule was kept, by its cost; where none
/// has that cost, the most of any.
double told_of_kept_round(const results::Stored& stored, const char* dataset) {
    constexpr double same = 1e-9;
    const std::vector<double> cost = results::numbers(stored, "security/round_cost_cny");
    const std::vector<double> told = results::numbers(stored, dataset);
    const double kept = stored.certificate.cost_cny;
    double of_kept = -1.0;
    double most = 0.0;
    for (std::size_t k = 0; k < told.size(); ++k) {
        most = std::max(most, told[k]);
        if (k < cost.size() && std::abs(cost[k] - kept) <= same * std::max(1.0, std::abs(kept))) {
            of_kept = std::max(of_kept, told[k]);
        }
    }
    return of_kept >= 0.0 ? of_kept : most;
}

/// Hours whose voltages the schedule does not keep within their bands, by the AC power flow,
/// against what the file says of it.
void look_at_voltages(const Comm& comm, const results::Stored& stored, const grid::System& system,
                      const grid::Schedule& schedule, Report& report) {
    const security::VoltageCheck check =
        security::check_voltages(comm, system, powerflow::make_ac_network(system),
                                 powerflow::ac_injections(system, schedule));
    report.voltage_hours = static_cast<long long>(check.findings.size());
    report.slack_hours = check.slack.cases;
    report.slack_most_mvar = check.slack.most_mvar;
    const auto stored_hours =
        static_cast<long long>(results::texts(stored, "security/outside_bus").size());
    if (report.voltage_hours > stored_hours) {
        report.faults.push_back(fmt::format("in {} hours a voltage lies outside its band, by the "
                                            "file in {}",
                                            report.voltage_hours, stored_hours));
    }
}

/// Ratings that are broken after outages, the worst of each hour as the run looks at them.
class OutageLook {
public:
    OutageLook(const Comm& comm, const results::Stored& stored, const grid::System& system,
               const grid::Schedule& schedule, std::span<const double> injection_mw)
        : comm_(comm), stored_(stored), system_(system), schedule_(schedule),
          network_(powerflow::make_network(system)),
          owners_(partition::share_out(system, comm.size())),
          injection_mw_(injection_mw.begin(), injection_mw.end()) {
        if (!comm.root()) { // whole on every rank: one part counts
            std::fill(injection_mw_.begin(), injection_mw_.end(), 0.0);
        }
    }

    /// How many; `words` and the dataset of the file's rounds that tells as many at least.
    [[nodiscard]] long long broken(const security::Contingencies& outages, const char* words,
                                   const char* rounds, Report& report) const {
        constexpr double rounding_mw = 1e-3;
        const std::vector<std::string> paths = results::dataset_paths(stored_);
        if (std::find(paths.begin(), paths.end(), rounds) == paths.end()) {
            return -1; // of an older program
        }
        long long found = 0;
        if (!outages.list.empty()) {
            grid::HourTable power_mw = security::scheduled_power_mw(outages, schedule_);
            if (!comm_.root()) {
                std::fill(power_mw.values.begin(), power_mw.values.end(), 0.0);
            }
            security::OutageOptions options;
            options.tolerance_mw = kept_mw + rounding_mw;
            options.max_per_hour = report.ratings_an_hour;
            found = static_cast<long long>(
                security::check_outages(comm_, network_, owners_.bus, system_, outages,
                                        stored_.span, injection_mw_, power_mw.values, options)
                    .worst_first.size());
        }
        const double told = told_of_kept_round(stored_, rounds);
        if (static_cast<double>(found) > told) {
            report.faults.push_back(
                fmt::format("{} ratings are broken after {} outages{}, by the file {:.0f}", found,
                            words, report::of_worst_words(report.ratings_an_hour), told));
        }
        return found;
    }

private:
    const Comm& comm_;
    const results::Stored& stored_;
    const grid::System& system_;
    const grid::Schedule& schedule_;
    powerflow::Network network_;
    partition::Owners owners_;
    std::vector<double> injection_mw_;
};

} // namespace

void look_at_security(const Comm& comm, const results::Stored& stored, const grid::System& system,
                      const grid::Schedule& schedule, Report& report) {
    const security::StrengthModel model(system, {});
    const security::ExportLimits limits =
        security::export_limits(system, model, security::operating_state(system, schedule, 0));
    const auto broken = [](const std::vector<double>& values, double sign) {
        return std::count_if(values.begin(), values.end(),
                             [&](double mw) { return sign * mw > kept_mw; });
    };
    report.line_hours = broken(limits.margin_mw.values, -1.0);
    report.station_hours = broken(limits.station_excess_mw.values, 1.0);
    const auto stored_hours = broken(results::hourly(stored, "security/margin_mw").values, -1.0);
    if (report.line_hours > stored_hours) {
        report.faults.push_back(
            fmt::format("{} line-hours lie above a limit of security, by the file {}",
                        report.line_hours, stored_hours));
    }
    const double stored_stations = told_of_kept_round(stored, "security/round_station_hours");
    if (static_cast<double>(report.station_hours) > stored_stations) {
        report.faults.push_back(
            fmt::format("{} station-hours lie below their ratio, by the file {:.0f}",
                        report.station_hours, stored_stations));
    }
    const std::string kind = results::option_in_force(stored, "security");
    const std::vector<std::string> paths = results::dataset_paths(stored);
    const bool listed = // not in files of older programs
        std::find(paths.begin(), paths.end(), "security/outside_bus") != paths.end();
    if (listed && (kind == "ac" || kind == "all") &&
        powerflow::islands_without_voltage(system).empty()) {
        look_at_voltages(comm, stored, system, schedule, report);
    }
}

void look_at_outages(const Comm& comm, const results::Stored& stored, const grid::System& system,
                     const grid::Schedule& schedule, std::span<const double> injection_mw,
                     Report& report) {
    const std::string kind = results::option_in_force(stored, "security");
    if (kind != "n1" && kind != "all") {
        return;
    }
    report.ratings_an_hour = number_in_force<std::size_t>(stored, "limits_per_hour");
    const OutageLook look(comm, stored, system, schedule, injection_mw);
    const security::Contingencies all = security::contingencies(system);
    report.outage_ratings = look.broken(security::plain_outages(all), "single",
                                        "security/round_outage_ratings", report);
    if (kind == "all") {
        report.listed_ratings = look.broken(security::listed_outages(all), "listed",
                                            "security/round_listed_ratings", report);
    }
}

} // namespace longyang::certify
