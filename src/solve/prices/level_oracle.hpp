#pragma once

#include "lp/coupling.hpp"
#include "lp/oracle_data.hpp"
#include "solve/prices/oracle.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace longyang::solve::prices {

/// Energy that a line has to carry in periods (CT-1), where nothing else stands in those rows.
struct OwnContract {
    struct Period {
        std::size_t row = 0; ///< of the coupling
        int begin = 0, end = 0;
        double low_mwh = 0.0, high_mwh = 0.0;
        double short_cny_per_mwh = 0.0, short_max_mwh = 0.0;
    };
    std::vector<Period> periods; ///< ascending, apart
    std::size_t amount = 0;      ///< in the list searched: what is missing to it
};

/// The contract of a line: the pattern that holds its power and the one channel of an amount (what
/// is missing), each with weight 1. With several, the first. Nothing where a row's limits or
/// periods do not fit blocks of the line.
[[nodiscard]] std::optional<OwnContract> own_contract(const lp::Coupling& coupling,
                                                      const lp::LevelLine& line,
                                                      std::span<const lp::HourlyAmount> amounts);

struct LevelSettings {
    /// Up to so many states of the dynamic programme, energy is one of its dimensions and a
    /// contract is met exactly; beyond, its periods have prices of their own that are kept from
    /// call to call.
    std::int64_t most_states = 4'000'000;
    /// Changes of those prices in a call.
    int searches = 3;
};

/// Day plan of an HVDC line (equations PE-7 to PE-9), with its contract if it has one: then its
/// bound and cost hold the contract's shortfall, and the contract's rows and block must be left to
/// it. Exact for levels without a contract, or with one within most_states, and for continuous
/// lines without one.
[[nodiscard]] Oracle level_oracle(lp::LevelLine line, std::optional<OwnContract> contract,
                                  int hours, const LevelSettings& settings = {});

} // namespace longyang::solve::prices
