#include "solve/prices/oracles/make_oracles.hpp"

#include "base/error.hpp"
#include "solve/prices/oracles/general_oracle.hpp"
#include "solve/prices/oracles/hourly_oracle.hpp"
#include "solve/prices/oracles/store_oracle.hpp"
#include "solve/prices/oracles/unit_oracle.hpp"
#include "solve/prices/rivers/river_oracle.hpp"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <utility>
#include <variant>

namespace longyang::solve::prices {
namespace {

/// The data of one kind, taken out of the rank's own blocks, and where they stand there.
template <typename Kind>
struct OfKind {
    std::vector<Kind> data;
    std::vector<std::size_t> block;

    OfKind() = default;
    explicit OfKind(std::vector<lp::OracleData>& all) {
        for (std::size_t k = 0; k < all.size(); ++k) {
            if (auto* kind = std::get_if<Kind>(&all[k])) {
                data.push_back(std::move(*kind));
                block.push_back(k);
            }
        }
    }
};

/// Limits of some stores change by the hour; each sort goes to an oracle of its own.
void part_by_hour(OfKind<lp::Store>& all, OfKind<lp::Store>& by_hour) {
    OfKind<lp::Store> same;
    for (std::size_t k = 0; k < all.data.size(); ++k) {
        OfKind<lp::Store>& to = all.data[k].by_hour.drain_mw.empty() ? same : by_hour;
        to.data.push_back(std::move(all.data[k]));
        to.block.push_back(all.block[k]);
    }
    all = std::move(same);
}

void add(Oracle oracle, std::vector<std::size_t> blocks, OracleSet& set) {
    oracle.blocks = std::move(blocks);
    set.oracles.push_back(std::move(oracle));
}

/// Lines, each with its contract, whose rows are noted as handled and whose amounts are left out.
void add_lines(const lp::Coupling& coupling, OfKind<lp::LevelLine> lines,
               const LevelSettings& settings, OfKind<lp::HourlyAmount>& amounts, OracleSet& set) {
    for (std::size_t k = 0; k < lines.data.size(); ++k) {
        std::optional<OwnContract> contract = own_contract(coupling, lines.data[k], amounts.data);
        if (contract) {
            for (const OwnContract::Period& period : contract->periods) {
                set.handled[period.row] = 1;
            }
            std::vector<std::size_t> taken = contract->amounts();
            std::reverse(taken.begin(), taken.end());
            for (const std::size_t amount : taken) {
                const auto place = static_cast<std::ptrdiff_t>(amount);
                amounts.data.erase(amounts.data.begin() + place);
                amounts.block.erase(amounts.block.begin() + place);
            }
        }
        add(level_oracle(std::move(lines.data[k]), std::move(contract), coupling.hours, settings),
            {lines.block[k]}, set);
    }
}

} // namespace

OracleSet make_oracles(const Comm& comm, const lp::Coupling& coupling,
                       std::vector<lp::OracleData> data, std::span<const lp::Block> blocks,
                       bool integer, const LevelSettings& level_settings) {
    const int hours = coupling.hours;
    OracleSet set;
    set.handled.assign(coupling.rows.size(), 0);
    agree(comm, [&] {
        OfKind<std::vector<lp::UnitGroup>> units(data);
        if (!units.data.empty()) {
            add(unit_oracle(std::move(units.data), hours), std::move(units.block), set);
        }
        OfKind<lp::Store> stores(data);
        OfKind<lp::Store> loads;
        part_by_hour(stores, loads);
        for (OfKind<lp::Store>* each : {&stores, &loads}) {
            if (!each->data.empty()) {
                add(store_oracle(std::move(each->data), hours), std::move(each->block), set);
                set.oracles.back().grouped = true;
            }
        }
        OfKind<lp::River> rivers(data);
        for (std::size_t k = 0; k < rivers.data.size(); ++k) {
            add(river_oracle(std::move(rivers.data[k]), hours), {rivers.block[k]}, set);
        }
        OfKind<lp::HourlyAmount> amounts(data);
        add_lines(coupling, OfKind<lp::LevelLine>(data), level_settings, amounts, set);
        for (std::size_t k = 0; k < amounts.data.size(); ++k) {
            add(hourly_oracle(std::move(amounts.data[k]), hours), {amounts.block[k]}, set);
        }
        for (std::size_t k = 0; k < data.size(); ++k) {
            if (std::holds_alternative<std::monostate>(data[k])) {
                if (k >= blocks.size()) {
                    throw Error(Exit::defect, "a block without compact data is not there");
                }
                add(general_oracle(blocks[k], hours, integer), {k}, set);
            }
        }
    });
    // A row is handled where some rank's line does it; the others leave it alone too.
    std::vector<double> handled(set.handled.begin(), set.handled.end());
    sum_in_order(comm, handled);
    std::transform(handled.begin(), handled.end(), set.handled.begin(),
                   [](double ranks) { return static_cast<char>(ranks > 0.0 ? 1 : 0); });
    return set;
}

} // namespace longyang::solve::prices
