#include "solve/prices/make_oracles.hpp"

#include "base/error.hpp"
#include "solve/prices/general_oracle.hpp"
#include "solve/prices/hourly_oracle.hpp"
#include "solve/prices/river_oracle.hpp"
#include "solve/prices/store_oracle.hpp"
#include "solve/prices/unit_oracle.hpp"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <utility>
#include <variant>

namespace longyang::solve::prices {
namespace {

/// The data of one kind.
template <typename Kind>
std::vector<Kind> all_of_kind(const std::vector<lp::OracleData>& data) {
    std::vector<Kind> found;
    for (const lp::OracleData& one : data) {
        if (const auto* kind = std::get_if<Kind>(&one)) {
            found.push_back(*kind);
        }
    }
    return found;
}

/// Lines, each with its contract, whose rows are noted as handled and whose amounts are left out.
void add_lines(const lp::Coupling& coupling, std::vector<lp::LevelLine> lines,
               const LevelSettings& settings, std::vector<lp::HourlyAmount>& amounts,
               OracleSet& set) {
    for (lp::LevelLine& line : lines) {
        std::optional<OwnContract> contract = own_contract(coupling, line, amounts);
        if (contract) {
            for (const OwnContract::Period& period : contract->periods) {
                set.handled[period.row] = 1;
            }
            amounts.erase(amounts.begin() + static_cast<std::ptrdiff_t>(contract->amount));
        }
        set.oracles.push_back(
            level_oracle(std::move(line), std::move(contract), coupling.hours, settings));
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
        auto units = all_of_kind<std::vector<lp::UnitGroup>>(data);
        if (!units.empty()) {
            set.oracles.push_back(unit_oracle(std::move(units), hours));
        }
        auto stores = all_of_kind<lp::Store>(data);
        if (!stores.empty()) {
            set.oracles.push_back(store_oracle(std::move(stores), hours));
        }
        for (lp::River& river : all_of_kind<lp::River>(data)) {
            set.oracles.push_back(river_oracle(std::move(river), hours));
        }
        auto amounts = all_of_kind<lp::HourlyAmount>(data);
        add_lines(coupling, all_of_kind<lp::LevelLine>(data), level_settings, amounts, set);
        for (lp::HourlyAmount& amount : amounts) {
            set.oracles.push_back(hourly_oracle(std::move(amount), hours));
        }
        for (std::size_t k = 0; k < data.size(); ++k) {
            if (std::holds_alternative<std::monostate>(data[k])) {
                if (k >= blocks.size()) {
                    throw Error(Exit::defect, "a block without compact data is not there");
                }
                set.oracles.push_back(general_oracle(blocks[k], hours, integer));
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
