#include "kernels/outages.hpp"

#include "kernels/detail/arrays.hpp"
#include "kernels/detail/flows.hpp"
#include "kernels/detail/outages.hpp"
#include "kernels/detail/violations.hpp"

#include <algorithm>
#include <limits>
#include <stdexcept>
#include <string>
#include <utility>

namespace longyang::kernels {
namespace {

std::size_t outage_count(const OutageFlows& flows) {
    return flows.first.empty() ? 0 : flows.first.size() - 1;
}

std::size_t source_count(const OutageFlows& flows) {
    return flows.hours == 0 ? 0 : flows.amount_mw.size() / flows.hours;
}

void require_outages(const OutageFlows& flows) {
    const std::size_t sources = source_count(flows);
    detail::require_size("flow_mw", flows.flow_mw.size(), flows.rows * flows.hours);
    detail::require_size("amount_mw", flows.amount_mw.size(), sources * flows.hours);
    detail::require_size("factor", flows.factor.size(), flows.rows * flows.source.size());
    const auto terms = static_cast<std::int64_t>(flows.source.size());
    if (!flows.first.empty() && (flows.first.front() != 0 || flows.first.back() != terms ||
                                 !std::is_sorted(flows.first.begin(), flows.first.end()))) {
        throw std::invalid_argument("first of the outages does not cover the terms");
    }
    for (const std::int64_t source : flows.source) {
        if (source < 0 || source >= static_cast<std::int64_t>(sources)) {
            throw std::invalid_argument("a term names source " + std::to_string(source) + " of " +
                                        std::to_string(sources));
        }
    }
}

/// Largest size of each source's amounts over the hours.
std::vector<double> largest_amounts(const double* packed, std::ptrdiff_t sources,
                                    std::ptrdiff_t groups) {
    constexpr std::ptrdiff_t lanes = detail::Tile::lanes;
    const detail::Array<double> amounts("largest amounts", static_cast<std::size_t>(sources));
    double* const largest = amounts.data(); // views in lambdas: see detail/violations.hpp
    Kokkos::parallel_for(
        "largest amounts", detail::Range(0, sources), KOKKOS_LAMBDA(const std::ptrdiff_t source) {
            double most[lanes] = {};
            for (std::ptrdiff_t group = 0; group < groups; ++group) {
                const double* in = packed + (group * sources + source) * lanes;
                for (std::ptrdiff_t lane = 0; lane < lanes; ++lane) {
                    const double size = detail::size_of(in[lane]);
                    most[lane] = size > most[lane] ? size : most[lane];
                }
            }
            for (std::ptrdiff_t lane = 1; lane < lanes; ++lane) {
                most[0] = most[lane] > most[0] ? most[lane] : most[0];
            }
            largest[source] = most[0];
        });
    return detail::to_vector(amounts);
}

/// Every row's outages, those that can change its flow most first (N1-6). Only the head is sorted:
/// a bound is the largest of all that follow, which holds for any order.
struct OutageOrder {
    std::vector<std::int32_t> listed, outage;
    std::vector<double> bound;

    OutageOrder(const OutageFlows& flows, const std::vector<double>& largest)
        : listed(flows.rows), outage(flows.rows * outage_count(flows)),
          bound(flows.rows * outage_count(flows)) {
        std::vector<std::pair<double, std::int32_t>> of_row;
        for (std::size_t row = 0; row < flows.rows; ++row) {
            bounds_of_row(flows, largest, row, of_row);
            sort_head(of_row);
            write_row(of_row, row, outage_count(flows));
        }
    }

    static void bounds_of_row(const OutageFlows& flows, const std::vector<double>& largest,
                              std::size_t row,
                              std::vector<std::pair<double, std::int32_t>>& of_row) {
        of_row.clear();
        const double* factor = flows.factor.data() + row * flows.source.size();
        for (std::size_t o = 0; o < outage_count(flows); ++o) {
            double most = 0.0;
            for (auto k = static_cast<std::size_t>(flows.first[o]);
                 k < static_cast<std::size_t>(flows.first[o + 1]); ++k) {
                most +=
                    detail::size_of(factor[k]) * largest[static_cast<std::size_t>(flows.source[k])];
            }
            if (most > 0.0) {
                of_row.emplace_back(most * detail::rounding_margin, static_cast<std::int32_t>(o));
            }
        }
    }

    static void sort_head(std::vector<std::pair<double, std::int32_t>>& of_row) {
        constexpr std::ptrdiff_t head = 64;
        const auto more = [](const auto& a, const auto& b) {
            return a.first != b.first ? a.first > b.first : a.second < b.second;
        };
        auto end = of_row.end();
        if (detail::length(of_row.size()) > head) {
            end = of_row.begin() + head;
            std::nth_element(of_row.begin(), end, of_row.end(), more);
        }
        std::sort(of_row.begin(), end, more);
    }

    void write_row(const std::vector<std::pair<double, std::int32_t>>& of_row, std::size_t row,
                   std::size_t outages) {
        listed[row] = static_cast<std::int32_t>(of_row.size());
        double most = 0.0;
        for (std::size_t k = of_row.size(); k-- > 0;) {
            most = std::max(most, of_row[k].first);
            outage[row * outages + k] = of_row[k].second;
            bound[row * outages + k] = most;
        }
    }
};

/// Everything a search needs, where the kernels run, for as long as it lives.
///
/// Memory traffic for L rows, K sources, N outages with M terms, T hours: amounts are read once and
/// their packed copy is written, read for the bounds, and read from the L2 cache (K x 256 B a
/// group) as often as outages are looked at: 32 B per source and hour to and from memory. Flows are
/// read once by each search, 8 B per row and hour. A group of 32 hours reads 4 B + 8 B + 8 B for
/// each outage that it looks at (number, bound, factor); about 1 to 5 % of N are, so factors and
/// order stay in the L2 or L3 cache: 8 L M + 12 L N B in all. Nothing of the size rows x outages x
/// hours exists.
class OutagesOnDevice {
public:
    explicit OutagesOnDevice(const OutageFlows& flows)
        : packed_(pack(flows)),
          order_(flows,
                 largest_amounts(packed_.data(), detail::length(source_count(flows)),
                                 detail::parts(detail::length(flows.hours), detail::Tile::lanes))),
          flow_(detail::to_device("flows", flows.flow_mw)),
          first_(detail::to_device("first terms", flows.first)),
          source_(detail::to_device("sources", flows.source)),
          factor_(detail::to_device("outage factors", flows.factor)),
          listed_(detail::to_device("listed outages", detail::read(order_.listed))),
          outage_(detail::to_device("order of outages", detail::read(order_.outage))),
          bound_(detail::to_device("bounds of outages", detail::read(order_.bound))),
          scan_{flow_.data(),
                packed_.data(),
                first_.data(),
                source_.data(),
                factor_.data(),
                listed_.data(),
                outage_.data(),
                bound_.data(),
                nullptr,
                nullptr,
                0,
                detail::length(flows.rows),
                detail::length(flows.hours),
                detail::length(source_count(flows)),
                detail::length(outage_count(flows)),
                detail::length(flows.source.size()),
                0.0} {}

    [[nodiscard]] const detail::OutageScan& scan() const { return scan_; }

private:
    static detail::Array<double> pack(const OutageFlows& flows) {
        const std::ptrdiff_t sources = detail::length(source_count(flows));
        const std::ptrdiff_t hours = detail::length(flows.hours);
        const std::ptrdiff_t groups = detail::parts(hours, detail::Tile::lanes);
        auto packed =
            detail::scratch<double>("packed amounts", groups * sources * detail::Tile::lanes);
        const auto amount = detail::to_device("amounts", flows.amount_mw);
        const detail::PackInjection work{amount.data(), packed.data(), hours, 0, sources};
        Kokkos::parallel_for("pack amounts", detail::Range(0, work.items()), work);
        Kokkos::fence();
        return packed;
    }

    template <class T>
    using OnDevice = decltype(detail::to_device("", std::span<const T>()));

    detail::Array<double> packed_;
    OutageOrder order_;
    OnDevice<double> flow_;
    OnDevice<std::int64_t> first_, source_;
    OnDevice<double> factor_;
    OnDevice<std::int32_t> listed_, outage_;
    OnDevice<double> bound_;
    detail::OutageScan scan_;
};

void require_ratings(const OutageFlows& flows, const OutageRatings& ratings) {
    detail::require_size("rating_mw", ratings.rating_mw.size(), flows.rows);
    if (!ratings.factor.empty() && ratings.factor.size() != flows.hours) {
        detail::require_size("factor", ratings.factor.size(), flows.rows * flows.hours);
    }
}

/// The list of each hour's worst violations, all hours together, worst first.
std::vector<OutageViolation> store(const detail::OutageScan& scan, const OutageSearch& search,
                                   const detail::Array<std::int64_t>& count) {
    const std::int64_t cap = search.max_per_hour == 0
                                 ? std::numeric_limits<std::int64_t>::max()
                                 : static_cast<std::int64_t>(search.max_per_hour);
    const detail::Array<std::int64_t> place("place of an hour's violations", count.extent(0));
    const auto kept = static_cast<std::size_t>(detail::counts_to_places(count, cap, place));
    const detail::Array<OutageViolation> list("violations", kept);
    const detail::StoreViolations work{scan, count.data(), place.data(), cap, list.data()};
    Kokkos::parallel_for("store violations", detail::Range(0, work.items()), work);
    auto worst_first = detail::to_vector(list);
    std::sort(
        worst_first.begin(), worst_first.end(),
        [](const OutageViolation& a, const OutageViolation& b) { return detail::worse(a, b); });
    return worst_first;
}

} // namespace

void worst_outages(const OutageFlows& flows, std::span<double> worst_mw,
                   std::span<std::int32_t> outage) {
    require_outages(flows);
    detail::require_size("worst_mw", worst_mw.size(), flows.rows * flows.hours);
    detail::require_size("outage", outage.size(), flows.rows * flows.hours);
    if (worst_mw.empty()) {
        return;
    }
    const OutagesOnDevice device(flows);
    const auto worst_d = detail::output_on_device("worst flows", worst_mw);
    const auto outage_d = detail::output_on_device("worst outages", outage);
    const detail::WorstOfRow work{device.scan(), worst_d.data(), outage_d.data()};
    Kokkos::parallel_for("worst outages", detail::Range(0, work.items()), work);
    detail::to_host(worst_d, worst_mw);
    detail::to_host(outage_d, outage);
}

OutageCheck check_outages(const OutageFlows& flows, const OutageRatings& ratings,
                          const OutageSearch& search) {
    require_outages(flows);
    require_ratings(flows, ratings);
    OutageCheck check;
    check.by_hour.resize(flows.hours);
    check.found_by_hour.resize(flows.hours);
    check.found_by_outage.resize(outage_count(flows));
    check.excess_by_outage_mw.resize(outage_count(flows));
    if (flows.rows * flows.hours == 0) {
        return check;
    }
    const OutagesOnDevice device(flows);
    const auto rating = detail::to_device("ratings", ratings.rating_mw);
    const auto factor = detail::to_device("rating factors", ratings.factor);
    detail::OutageScan scan = device.scan();
    scan.rating = rating.data();
    scan.rating_factor = ratings.factor.empty() ? nullptr : factor.data();
    scan.factor_row_step = ratings.factor.size() == flows.hours ? 0 : detail::length(flows.hours);
    scan.tolerance = search.tolerance_mw;

    const detail::Array<WorstOfHour> by_hour("worst of hours", flows.hours);
    const detail::WorstOfRows worst{scan, by_hour.data()};
    Kokkos::parallel_for("worst of hours", detail::Range(0, worst.items()), worst);
    check.by_hour = detail::to_vector(by_hour);

    const detail::Array<std::int64_t> count("violations by hour", flows.hours);
    const detail::Array<std::int64_t> by_outage("violations by outage", outage_count(flows));
    const detail::Array<double> excess("excess by outage", outage_count(flows));
    const detail::CountViolations counting{scan, count.data(), by_outage.data(), excess.data()};
    Kokkos::parallel_for("count violations", detail::Range(0, counting.items()), counting);
    check.found_by_hour = detail::to_vector(count);
    check.found_by_outage = detail::to_vector(by_outage);
    check.excess_by_outage_mw = detail::to_vector(excess);
    for (const std::int64_t found : check.found_by_hour) {
        check.found += found;
    }
    if (check.found > 0) {
        check.worst_first = store(scan, search, count);
    }
    return check;
}

} // namespace longyang::kernels
