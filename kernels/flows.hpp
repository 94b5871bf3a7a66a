#pragma once

#include <cstddef>
#include <span>

namespace longyang::kernels {

/// Flows of `rows` branches in `hours` hours from the injections of `buses` buses (equation DC-6):
///
///     flow[l][t] = offset[l] + sum over b of ptdf[l][b] injection[b][t]
///
/// All arrays are row-major with the last index contiguous; hours are the fastest index.
/// ptdf       rows x buses, MW per MW
/// injection  buses x hours, MW, into the network positive
/// offset     rows, MW (phase shifters, equation DC-5), or empty for none
/// flow       rows x hours, MW, overwritten; may not overlap the inputs
///
/// A value does not depend on which other rows or hours are computed with it, nor on the number of
/// threads, so any division of rows over ranks gives the same bits on the same kind of machine.
/// Throws std::invalid_argument where a size does not fit.
void branch_flows(std::size_t rows, std::size_t buses, std::size_t hours,
                  std::span<const double> ptdf, std::span<const double> injection,
                  std::span<const double> offset, std::span<double> flow);

} // namespace longyang::kernels
