#pragma once

// Internal to kernels/: the flow kernel on arrays that lie where it runs.

#include "kernels/detail/arrays.hpp"

#include <algorithm>
#include <cstddef>
#include <span>
#include <string>

namespace longyang::kernels::detail {

/// Shape of the tiles. One work item holds `rows` x `lanes` sums; the injections of `buses` buses
/// and `lanes` hours are packed next to each other and stay in the L2 cache (256 x 32 x 8 B = 64
/// KiB) while the rows stream past. On a host one item does all lanes, which the compiler puts into
/// vector registers. On a GPU a lane is a thread: neighbouring threads read neighbouring hours and
/// the same matrix entry. 4 x 32 was the fastest of 4, 6, 8 rows and 8, 16, 32 lanes with g++ 12 on
/// AVX-512, AVX2 and SSE2; up to 16 lanes g++ unrolls the innermost loop before it vectorises and
/// loses a factor of 5 to 10.
struct Tile {
    static constexpr std::ptrdiff_t rows = 4;
    static constexpr std::ptrdiff_t lanes = 32;
    static constexpr std::ptrdiff_t lanes_per_item = on_host ? lanes : 1;
    static constexpr std::ptrdiff_t buses = 256;
    static constexpr std::ptrdiff_t groups = 4;
};

/// Packs injection[first_bus .. first_bus + n][all hours] into tiles [group][bus][lane]; hours past
/// the last are zero, so that the flow kernel needs no special last group.
struct PackInjection {
    const double* injection;
    double* packed;
    std::ptrdiff_t hours, first_bus, buses;

    static constexpr std::ptrdiff_t lane_items = Tile::lanes / Tile::lanes_per_item;

    [[nodiscard]] std::ptrdiff_t items() const {
        return parts(hours, Tile::lanes) * buses * lane_items;
    }

    KOKKOS_INLINE_FUNCTION void operator()(std::ptrdiff_t item) const {
        const std::ptrdiff_t first_lane = item % lane_items * Tile::lanes_per_item;
        item /= lane_items;
        const std::ptrdiff_t first_hour = item / buses * Tile::lanes + first_lane;
        const double* from = injection + (first_bus + item % buses) * hours + first_hour;
        double* to = packed + item * Tile::lanes + first_lane;
        for (std::ptrdiff_t lane = 0; lane < Tile::lanes_per_item; ++lane) {
            to[lane] = first_hour + lane < hours ? from[lane] : 0.0;
        }
    }
};

/// Adds the part of `buses` packed buses to the flows. The first part starts from the offset.
struct AddFlows {
    const double* ptdf;
    const double* packed;
    const double* offset; ///< null: none
    double* flow;
    std::ptrdiff_t rows, all_buses, hours, first_bus, buses;

    static constexpr std::ptrdiff_t lane_items = Tile::lanes / Tile::lanes_per_item;

    [[nodiscard]] std::ptrdiff_t items() const {
        return parts(parts(hours, Tile::lanes), Tile::groups) * Tile::groups *
               parts(rows, Tile::rows) * lane_items;
    }

    KOKKOS_INLINE_FUNCTION void operator()(std::ptrdiff_t item) const {
        // Fastest first: lanes of a group, groups of a block, row tiles, blocks of groups. The tile
        // of the matrix is then used for a whole block of groups while it lies in the L1 cache.
        const std::ptrdiff_t first_lane = item % lane_items * Tile::lanes_per_item;
        item /= lane_items;
        const std::ptrdiff_t group_in_block = item % Tile::groups;
        item /= Tile::groups;
        const std::ptrdiff_t row_tiles = parts(rows, Tile::rows);
        const std::ptrdiff_t row_tile = item % row_tiles;
        const std::ptrdiff_t group = item / row_tiles * Tile::groups + group_in_block;
        const std::ptrdiff_t first_hour = group * Tile::lanes + first_lane;
        if (first_hour >= hours) {
            return;
        }

        // Rows past the last repeat the last one and are not stored: one code path for every row.
        const double* row_of[Tile::rows];
        for (std::ptrdiff_t r = 0; r < Tile::rows; ++r) {
            const std::ptrdiff_t row = row_tile * Tile::rows + r;
            row_of[r] = ptdf + (row < rows ? row : rows - 1) * all_buses + first_bus;
        }
        double sum[Tile::rows][Tile::lanes_per_item] = {};
        const double* x = packed + group * buses * Tile::lanes + first_lane;
        for (std::ptrdiff_t bus = 0; bus < buses; ++bus, x += Tile::lanes) {
            for (std::ptrdiff_t r = 0; r < Tile::rows; ++r) {
                const double factor = row_of[r][bus];
                for (std::ptrdiff_t lane = 0; lane < Tile::lanes_per_item; ++lane) {
                    sum[r][lane] += factor * x[lane];
                }
            }
        }
        const std::ptrdiff_t lanes =
            hours - first_hour < Tile::lanes_per_item ? hours - first_hour : Tile::lanes_per_item;
        for (std::ptrdiff_t r = 0; r < Tile::rows; ++r) {
            const std::ptrdiff_t row = row_tile * Tile::rows + r;
            if (row >= rows) {
                return;
            }
            double* out = flow + row * hours + first_hour;
            if (first_bus == 0) {
                const double start = offset == nullptr ? 0.0 : offset[row];
                for (std::ptrdiff_t lane = 0; lane < lanes; ++lane) {
                    out[lane] = start + sum[r][lane];
                }
            } else {
                for (std::ptrdiff_t lane = 0; lane < lanes; ++lane) {
                    out[lane] += sum[r][lane];
                }
            }
        }
    }
};

/// Throws std::invalid_argument where the sizes do not fit (kernels/flows.hpp).
inline void require_flow_sizes(std::size_t rows, std::size_t buses, std::size_t hours,
                               std::span<const double> ptdf, std::span<const double> injection,
                               std::span<const double> offset) {
    require_size("ptdf", ptdf.size(), rows * buses);
    require_size("injection", injection.size(), buses * hours);
    if (!offset.empty()) {
        require_size("offset", offset.size(), rows);
    }
}

/// flow = offset + ptdf x injection, left where the kernels run; arrays as in kernels/flows.hpp.
///
/// Memory traffic for L rows, B buses, T hours (8 B a number): injections are read once and their
/// packed copy is written and read once for each block of row tiles; the matrix is read from the L2
/// cache or beyond once for every groups x lanes = 128 hours, that is 2 L B T flops for 8 L B T /
/// 128 B of matrix (32 flops a byte); the flows are read and written once for every 256 buses.
inline void compute_flows(std::size_t row_count, std::size_t bus_count, std::size_t hour_count,
                          std::span<const double> ptdf_mw_per_mw,
                          std::span<const double> injection_mw, std::span<const double> offset_mw,
                          double* flow) {
    const auto ptdf = to_device("ptdf", ptdf_mw_per_mw);
    const auto injection = to_device("injections", injection_mw);
    const auto offset = to_device("offsets", offset_mw);
    const std::ptrdiff_t rows = length(row_count);
    const std::ptrdiff_t buses = length(bus_count);
    const std::ptrdiff_t hours = length(hour_count);
    const std::ptrdiff_t groups = parts(hours, Tile::lanes);
    const Array<double> packed(
        Kokkos::view_alloc(std::string("packed injections"), Kokkos::WithoutInitializing),
        static_cast<std::size_t>(groups * std::min(buses, Tile::buses) * Tile::lanes));
    // A network without buses has no loop to start the flows from their offset: one empty part
    // does.
    std::ptrdiff_t first = 0;
    do {
        const std::ptrdiff_t n = std::min(Tile::buses, buses - first);
        const PackInjection pack{injection.data(), packed.data(), hours, first, n};
        Kokkos::parallel_for("pack injections", Range(0, pack.items()), pack);
        const AddFlows add{ptdf.data(), packed.data(), offset_mw.empty() ? nullptr : offset.data(),
                           flow,        rows,          buses,
                           hours,       first,         n};
        Kokkos::parallel_for("branch flows", Range(0, add.items()), add);
        first += n;
    } while (first < buses);
}

} // namespace longyang::kernels::detail
