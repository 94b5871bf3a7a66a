#pragma once

#include "base/comm.hpp"
#include "certify/blocks.hpp"
#include "certify/certify.hpp"
#include "certify/prices.hpp"
#include "model/blocks.hpp"

#include <span>
#include <vector>

namespace longyang::certify {

/// Asks HiGHS for the best plan of `count` blocks, spread evenly over clusters, cascades, storages
/// and lines, and holds it against the bounds found for them; of a cluster, of its first unit.
/// Lines that keep contracts are passed over. The root works, the others wait. Collective.
///
/// bound_cny: per block of the programme
[[nodiscard]] std::vector<GeneralCheck>
general_checks(const Comm& comm, const model::Context& context, const Blocks& blocks,
               const Prices& prices, std::span<const double> bound_cny, int count);

} // namespace longyang::certify
