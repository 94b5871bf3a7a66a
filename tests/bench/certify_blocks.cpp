// certify_blocks CASE [FIRST_HOUR HOURS]: processor time of certify's evaluation by kind of block,
// at made-up prices (a wave by day and by week, reserve priced in every third hour), without a
// results file.
#include "base/comm.hpp"
#include "caseio/check_case.hpp"
#include "certify/blocks.hpp"
#include "model/coupling.hpp"

#include <fmt/format.h>

#include <cmath>
#include <cstdlib>
#include <ctime>
#include <map>
#include <string>
#include <utility>

namespace {

using namespace longyang;

double made_up_price(const lp::Pattern& pattern, int hour) {
    const double wave = std::sin(0.2618 * hour) + 0.5 * std::sin(0.0374 * hour);
    if (pattern.tag == "NW-1") {
        return 260.0 + 120.0 * wave;
    }
    const bool reserve = pattern.tag == "RE-1" || pattern.tag == "RE-2";
    return reserve && hour % 3 == 0 ? 15.0 + 10.0 * wave : 0.0;
}

int measure(const Comm& comm, const std::string& folder, grid::Span span) {
    const grid::System system = caseio::load_case(comm, folder).system;
    const model::Context context(system, span);
    certify::PricedRows rows;
    rows.coupling = model::make_coupling(context);
    for (const lp::CouplingRow& row : rows.coupling.rows) {
        rows.price.push_back(made_up_price(
            rows.coupling.patterns[static_cast<std::size_t>(row.pattern)], row.begin));
    }
    rows.of_line.assign(rows.price.size(), 0);
    const std::vector<double> channel = certify::prices_of_channels(rows);
    const certify::Prices prices{channel, span.size()};
    certify::InnerPrices inner;
    inner.storage_cny_per_mwh = grid::HourTable(system.storages.line.size(), span.size());
    inner.storage_cny_per_mwh.values.assign(inner.storage_cny_per_mwh.values.size(), 260.0);
    const certify::Blocks blocks(context, rows, prices, inner, {}, nullptr, nullptr);
    std::map<std::string, std::pair<double, double>> kinds; // seconds, bound
    std::vector<double> given(channel.size(), 0.0);
    for (std::size_t k = 0; k < blocks.ids().size(); ++k) {
        const std::clock_t begin = std::clock();
        auto& [seconds, bound] = kinds[blocks.kind(k)];
        bound += blocks.evaluate(k, given).bound_cny;
        seconds += static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC;
    }
    for (const auto& [kind, of] : kinds) {
        fmt::print("{:<10} {:8.2f} s  {:.8g} CNY\n", kind, of.first, of.second);
    }
    return 0;
}

} // namespace

int main(int argc, char** argv) {
    const MpiScope mpi(argc, argv);
    if (argc < 2) {
        fmt::print("usage: certify_blocks CASE [FIRST_HOUR HOURS]\n");
        return 2;
    }
    const grid::Span span{argc > 2 ? std::atoi(argv[2]) : 0,
                          argc > 3 ? std::atoi(argv[3]) : grid::hours_per_year};
    try {
        return measure(world(), argv[1], span);
    } catch (const Error& e) {
        fmt::print(stderr, "{}\n", e.what());
        return static_cast<int>(e.code());
    }
}
