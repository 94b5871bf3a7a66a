#pragma once

#include "certify/lines.hpp"
#include "certify/rows.hpp"
#include "model/blocks.hpp"

#include <cstddef>
#include <vector>

namespace longyang::certify {

/// Energy contracts of HVDC lines (CT-1): those that their lines keep exactly, and what whole
/// levels make of the others.
class LineContracts {
public:
    /// Both outlive it. Kept are, of each line, contracts without prices whose periods are whole
    /// blocks and lie apart, where all their energy together is not too much to count (PE-66).
    LineContracts(const model::Context& context, const PricedRows& rows);

    [[nodiscard]] bool keeps(int contract) const {
        return kept_[static_cast<std::size_t>(contract)] != 0;
    }
    /// Of all contracts that a line keeps, ascending.
    [[nodiscard]] std::vector<LinePeriod> periods_kept_by(int line) const;
    /// What whole levels add to a row that a line keeps at a price of its own (PE-81).
    [[nodiscard]] double whole_steps_cny(std::size_t row) const;

private:
    void find_kept(int line, const std::vector<char>& priced);

    const model::Context& context_;
    const PricedRows& rows_;
    std::vector<std::vector<LinePeriod>> periods_; ///< per contract, as its line keeps them
    std::vector<std::vector<int>> contracts_of_;   ///< per line, in the order of their table
    std::vector<char> kept_;                       ///< per contract
};

} // namespace longyang::certify
