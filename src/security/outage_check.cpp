#include "security/outage_check.hpp"

#include "base/error.hpp"
#include "base/join.hpp"
#include "kernels/outages.hpp"
#include "powerflow/flows.hpp"
#include "powerflow/outage_factors.hpp"
#include "powerflow/shift_factors.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <tuple>
#include <utility>

namespace longyang::security {
namespace {

std::size_t at(int i) {
    return static_cast<std::size_t>(i);
}

/// Of violations that are equal to 1e-6 MW the first one, with any number of ranks.
void sort_worst_first(std::vector<OutageViolation>& list) {
    const auto key = [](const OutageViolation& v) {
        return std::make_tuple(-std::round(v.excess_mw() * 1e6), v.branch, v.contingency, v.hour);
    };
    std::sort(list.begin(), list.end(),
              [&](const auto& a, const auto& b) { return key(a) < key(b); });
}

/// What a check of hours with one capacity goes through: the inputs, the factors and the amounts of
/// all sources.
class Check {
public:
    Check(const Comm& comm, const powerflow::Network& network, std::span<const int> owner_of_bus,
          const grid::System& system, const Contingencies& all, grid::Span span,
          std::span<const double> capacity_mw, const OutageOptions& options)
        : comm_(comm), network_(network), owner_(owner_of_bus), system_(system), all_(all),
          span_(span), options_(options), branches_(network.from.size()), hours_(span.size()),
          factors_(network, lost_branches(), action_buses(), capacity_mw) {}

    OutageCheck run(std::span<const double> injection_mw, std::span<const double> power_mw) {
        const std::vector<std::vector<int>> batches = make_batches();
        std::vector<powerflow::ShiftFactors> kept;
        amount_mw_.assign((branches_ + action_count()) * hours_, 0.0);
        for (const auto& batch : batches) {
            powerflow::ShiftFactors rows = rows_of(batch);
            factors_.take(rows);
            flows_before(rows, injection_mw);
            if (batches.size() == 1) {
                kept.push_back(std::move(rows));
            }
        }
        factors_.finish(comm_);
        sum_in_order(comm_, amount_mw_);
        require_numbers();
        set_actions(power_mw);

        start_result();
        for (const auto& batch : batches) {
            look_at(kept.empty() ? rows_of(batch) : kept.front());
        }
        join_ranks();
        describe_splits();
        return std::move(result_);
    }

private:
    [[nodiscard]] std::size_t action_count() const {
        return options_.actions ? all_.actions.size() : 0;
    }

    [[nodiscard]] std::vector<powerflow::Outage> lost_branches() const {
        std::vector<powerflow::Outage> outages;
        for (const Contingency& c : all_.list) {
            outages.push_back({c.branch, c.second_branch});
        }
        return outages;
    }

    [[nodiscard]] std::vector<powerflow::OutageAction> action_buses() const {
        std::vector<powerflow::OutageAction> buses;
        for (std::size_t a = 0; a < action_count(); ++a) {
            buses.push_back({all_.actions[a].contingency, all_.actions[a].bus});
        }
        return buses;
    }

    /// All branches, in as many parts as memory asks for: a branch takes its row of the PTDF and
    /// its factors with their order.
    [[nodiscard]] std::vector<std::vector<int>> make_batches() const {
        const std::size_t bytes =
            8 * at(network_.buses) + 8 * factors_.source().size() + 12 * all_.list.size();
        const std::size_t size = std::max<std::size_t>(
            1, options_.factor_bytes / bytes * static_cast<std::size_t>(comm_.size()));
        std::vector<std::vector<int>> batches;
        for (std::size_t first = 0; first < branches_; first += size) {
            batches.emplace_back(std::min(size, branches_ - first));
            std::iota(batches.back().begin(), batches.back().end(), static_cast<int>(first));
        }
        return batches;
    }

    [[nodiscard]] powerflow::ShiftFactors rows_of(const std::vector<int>& batch) const {
        return powerflow::shift_factors(comm_, network_, owner_, batch, {});
    }

    void flows_before(const powerflow::ShiftFactors& rows, std::span<const double> injection_mw) {
        const std::vector<double> flow =
            powerflow::branch_flows(comm_, network_, rows, hours_, injection_mw);
        for (std::size_t r = 0; r < rows.branch.size(); ++r) {
            std::copy_n(flow.begin() + static_cast<std::ptrdiff_t>(r * hours_), hours_,
                        amount_mw_.begin() +
                            static_cast<std::ptrdiff_t>(at(rows.branch[r]) * hours_));
        }
    }

    void require_numbers() const {
        const auto odd = std::find_if(amount_mw_.begin(), amount_mw_.end(),
                                      [](double mw) { return !std::isfinite(mw); });
        if (odd != amount_mw_.end()) {
            const auto place = static_cast<std::size_t>(odd - amount_mw_.begin());
            throw Error(Exit::numerical,
                        fmt::format("the flow of branch {} in hour {} of the year is no number",
                                    network_.called(static_cast<int>(place / hours_)),
                                    at(span_.begin) + place % hours_));
        }
    }

    /// N1-7: what each action changes in each hour.
    void set_actions(std::span<const double> power_mw) {
        std::vector<double> power(power_mw.begin(), power_mw.end());
        sum_in_order(comm_, power);
        if (action_count() > 0) {
            result_.action_mw =
                action_mw(all_, hours_, std::span(amount_mw_).first(branches_ * hours_), power);
            std::copy(result_.action_mw.begin(), result_.action_mw.end(),
                      amount_mw_.begin() + static_cast<std::ptrdiff_t>(branches_ * hours_));
        }
    }

    void start_result() {
        result_.by_hour.resize(hours_);
        result_.found_by_hour.assign(hours_, 0);
        result_.by_contingency.resize(all_.list.size());
        result_.triples = static_cast<long long>(all_.list.size()) *
                          static_cast<long long>(branches_) * static_cast<long long>(hours_);
        if (options_.by_branch) {
            result_.by_branch.resize(branches_);
        }
    }

    /// Ratings of rows, and their factors by hour where any branch has a profile (N1-5).
    struct Ratings {
        std::vector<double> mw, factor;
    };

    [[nodiscard]] Ratings ratings_of(const std::vector<int>& branches) const {
        constexpr double none = std::numeric_limits<double>::infinity();
        Ratings ratings;
        const grid::Integers& profile = system_.branches.rating_profile;
        const bool by_hour =
            std::any_of(profile.begin(), profile.end(), [](int p) { return p >= 0; });
        for (const int branch : branches) {
            // Without its profile, which is the factor.
            const double emergency = at(branch) < system_.branches.rating_emergency_mw.size()
                                         ? system_.branches.rating_emergency_mw[at(branch)]
                                         : 0.0;
            const double mw = emergency > 0.0 ? emergency : system_.branches.rating_mw[at(branch)];
            ratings.mw.push_back(mw > 0.0 ? mw : none);
            for (std::size_t t = 0; by_hour && t < hours_; ++t) {
                ratings.factor.push_back(
                    mw > 0.0 ? emergency_rating_mw(system_, at(branch),
                                                   span_.begin + static_cast<int>(t)) /
                                   mw
                             : 1.0);
            }
        }
        return ratings;
    }

    void look_at(const powerflow::ShiftFactors& rows) {
        const std::vector<double> factor = factors_.rows(rows);
        std::vector<double> own;
        std::span<const double> flow = std::span(amount_mw_).first(branches_ * hours_);
        if (rows.branch.size() != branches_) {
            for (const int branch : rows.branch) {
                const auto of_branch = flow.subspan(at(branch) * hours_, hours_);
                own.insert(own.end(), of_branch.begin(), of_branch.end());
            }
            flow = own;
        }
        const kernels::OutageFlows flows{
            rows.branch.size(), hours_, flow, amount_mw_, factors_.first(),
            factors_.source(),  factor};
        const Ratings ratings = ratings_of(rows.branch);
        const kernels::OutageCheck found = kernels::check_outages(
            flows, {ratings.mw, ratings.factor}, {options_.tolerance_mw, options_.max_per_hour});
        add(found, rows.branch);
        if (options_.by_branch) {
            add_by_branch(flows, ratings, rows.branch);
        }
    }

    void add(const kernels::OutageCheck& found, const std::vector<int>& branch) {
        for (std::size_t t = 0; t < hours_; ++t) {
            const kernels::WorstOfHour& w = found.by_hour[t];
            if (w.row >= 0) {
                take_hour({w.loading, w.flow_mw, branch[static_cast<std::size_t>(w.row)],
                           static_cast<int>(w.outage)},
                          result_.by_hour[t]);
            }
            result_.found_by_hour[t] += found.found_by_hour[t];
        }
        for (std::size_t o = 0; o < all_.list.size(); ++o) {
            ContingencyFinding& finding = result_.by_contingency[o];
            finding.found += found.found_by_outage[o];
            finding.excess_mw = std::max(finding.excess_mw, found.excess_by_outage_mw[o]);
        }
        for (const kernels::OutageViolation& v : found.worst_first) {
            result_.worst_first.push_back({static_cast<int>(v.outage),
                                           branch[static_cast<std::size_t>(v.row)],
                                           static_cast<int>(v.hour), v.flow_mw, v.limit_mw});
        }
        result_.found += found.found;
    }

    /// Flows differ in their last bits with the number of ranks: of loadings that differ by no more
    /// than 1e-6 MW of the branch the first one counts, as in the kernel.
    static void take_hour(const WorstHour& next, WorstHour& worst) {
        constexpr double tie_mw = 1e-6;
        if (next.branch < 0 || worst.branch < 0) {
            worst = worst.branch < 0 ? next : worst;
            return;
        }
        const double ahead_mw =
            next.loading > 0.0
                ? (next.loading - worst.loading) * std::abs(next.flow_mw) / next.loading
                : (worst.loading > 0.0 ? -std::abs(worst.flow_mw) : 0.0);
        const bool first =
            std::tie(next.branch, next.contingency) < std::tie(worst.branch, worst.contingency);
        if (ahead_mw > tie_mw || (first && ahead_mw >= -tie_mw)) {
            worst = next;
        }
    }

    void add_by_branch(const kernels::OutageFlows& flows, const Ratings& ratings,
                       const std::vector<int>& branch) {
        std::vector<double> worst_mw(branch.size() * hours_);
        std::vector<std::int32_t> outage(branch.size() * hours_);
        kernels::worst_outages(flows, worst_mw, outage);
        for (std::size_t r = 0; r < branch.size(); ++r) {
            WorstOfBranch& worst = result_.by_branch[at(branch[r])];
            auto least = std::make_tuple(1.0, -1, std::size_t{0});
            for (std::size_t t = 0; t < hours_; ++t) {
                const std::size_t i = r * hours_ + t;
                const double factor = ratings.factor.empty() ? 1.0 : ratings.factor[i];
                const double size = std::abs(worst_mw[i]) / factor;
                // Whole 1e-6 MW, as in join_violations.
                const auto key = std::make_tuple(-std::round(size * 1e6), outage[i], t);
                if (key < least) {
                    least = key;
                    worst = {size / ratings.mw[r], worst_mw[i], static_cast<int>(t), outage[i]};
                }
            }
        }
    }

    void join_ranks() {
        const std::vector<WorstHour> hours = join(comm_, result_.by_hour);
        for (std::size_t k = 0; k < hours.size(); ++k) {
            take_hour(hours[k], result_.by_hour[k % hours_]);
        }
        std::vector<double> counts(result_.found_by_hour.begin(), result_.found_by_hour.end());
        for (const ContingencyFinding& finding : result_.by_contingency) {
            counts.push_back(static_cast<double>(finding.found));
        }
        sum_in_order(comm_, counts);
        for (std::size_t t = 0; t < hours_; ++t) {
            result_.found_by_hour[t] = std::llround(counts[t]);
        }
        const std::vector<ContingencyFinding> findings = join(comm_, result_.by_contingency);
        for (std::size_t k = 0; k < findings.size(); ++k) {
            ContingencyFinding& finding = result_.by_contingency[k % all_.list.size()];
            finding.excess_mw = std::max(finding.excess_mw, findings[k].excess_mw);
            finding.found = std::llround(counts[hours_ + k % all_.list.size()]);
        }
        result_.found = sum(comm_, result_.found);
        join_violations();
        join_branches();
    }

    /// The worst of each hour, of all ranks and batches.
    void join_violations() {
        std::vector<OutageViolation>& list = result_.worst_first;
        list = join(comm_, list);
        sort_worst_first(list);
        if (options_.max_per_hour > 0) {
            std::vector<std::size_t> kept(hours_, 0);
            std::erase_if(list, [&](const OutageViolation& v) {
                return kept[at(v.hour)]++ >= options_.max_per_hour;
            });
        }
    }

    void join_branches() {
        if (!options_.by_branch) {
            return;
        }
        const std::vector<WorstOfBranch> of_ranks = join(comm_, result_.by_branch);
        for (std::size_t l = 0; l < branches_; ++l) {
            const auto rank = at(owner_[at(network_.from[l])]);
            result_.by_branch[l] = of_ranks[rank * branches_ + l];
        }
    }

    /// Parts of splitting outages and what they have to take up: what a part sent less what it
    /// received over the lost branches (N1-3).
    void describe_splits() {
        for (std::size_t o = 0; o < all_.list.size(); ++o) {
            const auto parts = factors_.parts(static_cast<int>(o));
            ContingencyFinding& finding = result_.by_contingency[o];
            finding.parts = std::max(1, static_cast<int>(parts.size()));
            for (const powerflow::NetworkPart& part : parts) {
                finding.dead_buses += part.dead ? static_cast<int>(part.buses.size()) : 0;
                finding.imbalance_mw =
                    std::max(finding.imbalance_mw, largest_export_mw(part, all_.list[o]));
            }
        }
    }

    [[nodiscard]] double largest_export_mw(const powerflow::NetworkPart& part,
                                           const Contingency& lost) const {
        std::vector<double> export_mw(hours_, 0.0);
        for (const int branch : {lost.branch, lost.second_branch}) {
            if (branch < 0) {
                continue;
            }
            const auto inside = [&part](int bus) {
                return std::binary_search(part.buses.begin(), part.buses.end(), bus) ? 1.0 : 0.0;
            };
            const double sign = inside(network_.from[at(branch)]) - inside(network_.to[at(branch)]);
            for (std::size_t t = 0; t < hours_; ++t) {
                export_mw[t] += sign * amount_mw_[at(branch) * hours_ + t];
            }
        }
        double largest = 0.0;
        for (const double mw : export_mw) {
            largest = std::max(largest, std::abs(mw));
        }
        return largest;
    }

    const Comm& comm_;
    const powerflow::Network& network_;
    std::span<const int> owner_;
    const grid::System& system_;
    const Contingencies& all_;
    grid::Span span_;
    OutageOptions options_;
    std::size_t branches_, hours_;
    powerflow::OutageFactors factors_;
    std::vector<double> amount_mw_; ///< flows of all branches, then actions; x hours
    OutageCheck result_;
};

/// Lets what was found in some hours of a span into what was found in all of it.
class Together {
public:
    Together(const Contingencies& all, std::size_t branches, std::size_t hours) : hours_(hours) {
        whole_.by_contingency.resize(all.list.size());
        whole_.by_branch.resize(branches);
    }

    void add(const OutageCheck& part, const CapacitySpan& of) {
        whole_.by_hour.insert(whole_.by_hour.end(), part.by_hour.begin(), part.by_hour.end());
        whole_.found_by_hour.insert(whole_.found_by_hour.end(), part.found_by_hour.begin(),
                                    part.found_by_hour.end());
        for (OutageViolation v : part.worst_first) {
            v.hour += of.begin;
            whole_.worst_first.push_back(v);
        }
        whole_.found += part.found;
        whole_.triples += part.triples;
        for (std::size_t c = 0; c < part.by_contingency.size(); ++c) {
            add(part.by_contingency[c], whole_.by_contingency[c]);
        }
        by_branch_ = by_branch_ || !part.by_branch.empty();
        for (std::size_t l = 0; l < part.by_branch.size(); ++l) {
            WorstOfBranch worst = part.by_branch[l];
            worst.hour += of.begin;
            const bool is_first = of.begin == 0;
            if (is_first || key(worst) < key(whole_.by_branch[l])) {
                whole_.by_branch[l] = worst;
            }
        }
        add_actions(part.action_mw, of);
    }

    [[nodiscard]] OutageCheck whole() && {
        sort_worst_first(whole_.worst_first);
        if (!by_branch_) {
            whole_.by_branch.clear();
        }
        return std::move(whole_);
    }

private:
    static void add(const ContingencyFinding& part, ContingencyFinding& whole) {
        whole.found += part.found;
        whole.excess_mw = std::max(whole.excess_mw, part.excess_mw);
        whole.parts = std::max(whole.parts, part.parts);
        whole.dead_buses = std::max(whole.dead_buses, part.dead_buses);
        whole.imbalance_mw = std::max(whole.imbalance_mw, part.imbalance_mw);
    }

    /// Whole 1e-9 of loadings, 1e-6 MW where there is no rating, as within hours with one capacity.
    static std::tuple<double, double, int, int> key(const WorstOfBranch& w) {
        const double unrated_mw = w.loading > 0.0 ? 0.0 : std::abs(w.flow_mw);
        return {-std::round(w.loading * 1e9), -std::round(unrated_mw * 1e6), w.contingency, w.hour};
    }

    void add_actions(std::span<const double> part_mw, const CapacitySpan& of) {
        const std::size_t own = at(of.end - of.begin);
        const std::size_t actions = part_mw.size() / own;
        whole_.action_mw.resize(actions * hours_);
        for (std::size_t a = 0; a < actions; ++a) {
            const auto row = part_mw.subspan(a * own, own);
            std::copy(row.begin(), row.end(),
                      whole_.action_mw.begin() +
                          static_cast<std::ptrdiff_t>(a * hours_ + at(of.begin)));
        }
    }

    std::size_t hours_;
    bool by_branch_ = false;
    OutageCheck whole_;
};

} // namespace

OutageCheck check_outages(const Comm& comm, const powerflow::Network& network,
                          std::span<const int> owner_of_bus, const grid::System& system,
                          const Contingencies& all, grid::Span span,
                          std::span<const double> injection_mw, std::span<const double> power_mw,
                          const OutageOptions& options) {
    agree(comm, [&] {
        if (power_mw.size() != all.actions.size() * span.size()) {
            throw Error(Exit::defect,
                        fmt::format("{} powers for {} actions and {} hours", power_mw.size(),
                                    all.actions.size(), span.size()));
        }
    });
    const std::vector<CapacitySpan> spans = capacity_spans(system, span);
    if (spans.size() == 1) {
        return Check(comm, network, owner_of_bus, system, all, span, spans[0].mw, options)
            .run(injection_mw, power_mw);
    }
    Together together(all, network.from.size(), span.size());
    for (const CapacitySpan& part : spans) {
        Check check(comm, network, owner_of_bus, system, all,
                    {span.begin + part.begin, part.end - part.begin}, part.mw, options);
        together.add(check.run(hours_of(injection_mw, span.size(), part),
                               hours_of(power_mw, span.size(), part)),
                     part);
    }
    return std::move(together).whole();
}

} // namespace longyang::security
