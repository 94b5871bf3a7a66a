#include "lp/oracle_data.hpp"

#include <fmt/format.h>

namespace longyang::lp {

std::string words_of_missing_energy(double missing_mwh) {
    return fmt::format("its energy cannot keep its limits: {:.6g} MWh short of what the span asks "
                       "of its energy_initial_mwh; another first hour may do",
                       missing_mwh);
}

} // namespace longyang::lp
