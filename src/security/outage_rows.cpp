#include "security/outage_rows.hpp"

#include <algorithm>
#include <cmath>

namespace longyang::security {
namespace {

std::size_t at(int i) {
    return static_cast<std::size_t>(i);
}

/// As rows of the intact network have them.
double rounded(double factor) {
    constexpr double steps = 134217728.0;
    return std::round(factor * steps) / steps;
}

double rounded_mw(double mw) {
    return std::round(mw * 1e6) / 1e6;
}

} // namespace

Contingencies plain_outages(const Contingencies& all) {
    Contingencies plain;
    for (std::size_t o = 0; o < all.list.size(); ++o) {
        const bool acts = std::any_of(all.actions.begin(), all.actions.end(), [&](const Action& a) {
            return a.contingency == static_cast<int>(o);
        });
        if (all.list[o].second_branch < 0 && !acts) {
            plain.list.push_back(all.list[o]);
        }
    }
    return plain;
}

// N1-8  f_l after the loss of k = sum over buses of (Phi_l + L_lk Phi_k) x injection + offsets
OutagePattern outage_pattern(const powerflow::Network& network, int branch, int lost,
                             std::span<const double> branch_row, std::span<const double> lost_row,
                             double branch_offset_mw, double lost_offset_mw) {
    const std::size_t from = at(network.from[at(lost)]);
    const std::size_t to = at(network.to[at(lost)]);
    const double share =
        (branch_row[from] - branch_row[to]) / (1.0 - lost_row[from] + lost_row[to]);
    OutagePattern pattern{branch, lost, {}, rounded_mw(branch_offset_mw + share * lost_offset_mw)};
    pattern.factor.reserve(branch_row.size());
    for (std::size_t b = 0; b < branch_row.size(); ++b) {
        pattern.factor.push_back(rounded(branch_row[b] + share * lost_row[b]));
    }
    return pattern;
}

OutageRows::OutageRows(const Comm& comm, const powerflow::Network& network,
                       const powerflow::ShiftFactors& factors, const grid::System& system,
                       const Contingencies& plain)
    : comm_(comm), network_(network), factors_(factors), system_(system), plain_(plain) {}

void OutageRows::make_patterns(std::span<const std::pair<int, int>> pairs) {
    std::vector<int> branches;
    for (const auto& [branch, lost] : pairs) {
        branches.push_back(branch);
        branches.push_back(lost);
    }
    std::sort(branches.begin(), branches.end());
    branches.erase(std::unique(branches.begin(), branches.end()), branches.end());
    const powerflow::GatheredRows gathered =
        powerflow::gather_rows(comm_, network_, factors_, branches);
    const auto buses = at(network_.buses);
    const auto place = [&](int branch) {
        return static_cast<std::size_t>(std::lower_bound(branches.begin(), branches.end(), branch) -
                                        branches.begin());
    };
    const auto row = [&](std::size_t k) {
        return std::span<const double>(gathered.value).subspan(k * buses, buses);
    };
    for (const auto& pair : pairs) {
        const std::size_t l = place(pair.first);
        const std::size_t k = place(pair.second);
        pattern_of_[pair] = patterns_.size();
        patterns_.push_back(outage_pattern(network_, pair.first, pair.second, row(l), row(k),
                                           gathered.offset_mw[l], gathered.offset_mw[k]));
    }
}

void OutageRows::look(const OutageCheck& check, grid::Span span, std::size_t most_patterns) {
    std::map<std::pair<int, int>, double> excess_mw;
    const auto pair_of = [&](const OutageViolation& v) {
        return std::pair(v.branch, plain_.list[at(v.contingency)].branch);
    };
    const auto splits = [&](const OutageViolation& v) {
        return check.by_contingency[at(v.contingency)].parts > 1;
    };
    for (const OutageViolation& v : check.worst_first) {
        if (!splits(v) && !pattern_of_.contains(pair_of(v))) {
            excess_mw[pair_of(v)] += v.excess_mw();
        }
    }
    std::vector<std::pair<int, int>> pairs;
    pairs.reserve(excess_mw.size());
    for (const auto& [pair, mw] : excess_mw) {
        pairs.push_back(pair);
    }
    std::stable_sort(pairs.begin(), pairs.end(), [&](const auto& a, const auto& b) {
        return std::round(excess_mw[a] * 1e3) > std::round(excess_mw[b] * 1e3);
    });
    pairs.resize(std::min(pairs.size(), most_patterns - std::min(most_patterns, patterns_.size())));
    make_patterns(pairs);
    for (const OutageViolation& v : check.worst_first) {
        const auto found = pattern_of_.find(pair_of(v));
        if (splits(v) || found == pattern_of_.end() ||
            !known_.insert({found->second, v.hour}).second) {
            continue;
        }
        const double rating_mw = emergency_rating_mw(system_, at(v.branch), span.begin + v.hour);
        const double offset_mw = patterns_[found->second].offset_mw;
        rows_.push_back({found->second, v.hour, -rating_mw - offset_mw, rating_mw - offset_mw});
    }
}

} // namespace longyang::security
