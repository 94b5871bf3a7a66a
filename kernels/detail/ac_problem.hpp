#pragma once

// Internal to kernels/: the AC power flow where the kernels read it. Buses are renumbered as nodes
// in the order of elimination, those of the slack last.

#include "kernels/ac_flow.hpp"

#include <Kokkos_Macros.hpp>

#include <cstddef>
#include <cstdint>

namespace longyang::kernels::detail {

enum class AcNode : std::uint8_t {
    load,      ///< unknowns: angle and log of the magnitude
    regulated, ///< unknown: angle
    limited,   ///< regulated with reactive limits: two unknowns, of which the second rests (its row
               ///< is that of the identity) while the voltage is held
    slack      ///< none; with shares the slack's power is the unknown that stands in its place
};

/// Where a limited node stands: it holds its voltage, or its machines are at a limit.
enum class AcSide : std::uint8_t { holds, at_min, at_max };

/// What is left to do for an hour.
enum class AcLeft : std::uint8_t { nothing, go_on, start_anew };

/// Structure of the network and of its factor; all arrays hold numbers of nodes.
///
/// A row of the factor is one node's block of equations. Its columns are numbered: first its own
/// unknowns, then those of later nodes that it meets (U), then those of earlier ones (L). A block
/// of `size` rows is stored column by column: number c of row r is at c x size + r.
struct AcStructure {
    int nodes = 0;
    int free = 0;     ///< nodes that are not slack; they come first
    int rows = 0;     ///< blocks of the factor: `free`, and one more with slack shares
    int unknowns = 0; ///< scalar
    const std::int32_t* bus = nullptr; ///< of each node
    const AcNode* kind = nullptr;
    const double* share = nullptr; ///< of the slack, by node; null: none

    // Admittances (AC-1): own ones, and those towards others by rows.
    const double *own_g = nullptr, *own_b = nullptr;
    const std::int32_t *entry_begin = nullptr, *entry_node = nullptr;
    const double *entry_g = nullptr, *entry_b = nullptr;

    const std::int32_t* x_at = nullptr; ///< rows + 1: first unknown of each block
    const std::int32_t *u_begin = nullptr, *u_x = nullptr; ///< unknowns of U by rows
    const std::int32_t *l_begin = nullptr, *l_x = nullptr; ///< unknowns of L by rows
    const std::int32_t* row_at = nullptr;   ///< rows: where a row's own block and U are stored
    const std::int32_t* l_row_at = nullptr; ///< rows: where a row's L is stored, apart from U
    int factor_size = 0;                    ///< own blocks and U of all rows
    int lower_size = 0;                     ///< L of all rows
    int work_size = 0;                      ///< factor_size and room for L of the row at hand

    // Assembly: column of an entry's angle and log-magnitude in the row; -1: none.
    const std::int32_t *angle_column = nullptr, *magnitude_column = nullptr;
    const std::int32_t* share_column = nullptr;                       ///< rows; null without shares
    const std::int32_t *fill_begin = nullptr, *fill_column = nullptr; ///< to be set to zero

    // Elimination of a row: earlier blocks in order, and where each one's U lands in the row.
    const std::int32_t *pivot_begin = nullptr, *pivot_row = nullptr;
    const std::int32_t* pivot_column = nullptr;
    const std::int32_t *target_begin = nullptr, *target_column = nullptr;

    const std::int32_t* held = nullptr; ///< nodes that are not `load`
    int held_nodes = 0;
    const std::int32_t* limited = nullptr; ///< nodes with reactive limits
    int limited_nodes = 0;
    const std::int32_t* held_row = nullptr; ///< by node: its row among the answers; -1: none
};

/// A table of hours, or one with a value for all hours; null: none.
struct AcTable {
    const double* value = nullptr;
    std::ptrdiff_t bus_stride = 0, hour_stride = 0;

    [[nodiscard]] KOKKOS_FORCEINLINE_FUNCTION double at(std::ptrdiff_t bus,
                                                        std::ptrdiff_t hour) const {
        return value[bus * bus_stride + hour * hour_stride];
    }
};

struct AcInput {
    AcTable p, q, v_set, q_min, q_max;
};

/// As AcAnswers, by hour; null: not wanted.
struct AcOutput {
    double *v = nullptr, *angle = nullptr; ///< [bus][hours]
    double* slack = nullptr;
    double* q_machine = nullptr; ///< [held][hours]
    std::ptrdiff_t hours = 0;
    AcStatus* status = nullptr;
    std::int32_t* worst_bus = nullptr;
    double* mismatch = nullptr;
    std::int32_t* steps = nullptr;
};

/// Hours that follow each other and stay side by side: their numbers are moved between a table by
/// bus and a tile together (64 B, which is a line of the cache).
inline constexpr int run_hours = 8;

/// Hours in groups as they are worked on. Memory is by tiles: number n of a group is at
/// (group x size + n) x stride + lane, so that hours are the fastest index.
struct AcBatch {
    std::ptrdiff_t groups = 0;
    const std::int32_t* hour = nullptr; ///< by place
    const std::uint8_t* copy = nullptr; ///< by place: 1 where an hour is there again to fill up
    const std::int32_t* run = nullptr;  ///< by `run_hours` places: their first hour where they are
                                        ///< hours that follow each other, none a copy; else -1
};

/// Starts and factors that the hours of a bin share.
struct AcBins {
    int count = 0;
    double* voltage = nullptr; ///< [bin][node][real, imaginary]
    double* angle = nullptr;   ///< [bin][node]: of the voltage
    double* power = nullptr;   ///< [bin][node][P, Q]: at the voltages
    AcSide* side = nullptr;    ///< [bin][node]
    float* factor = nullptr;   ///< [bin][factor_size]
    float* lower = nullptr;    ///< [bin][lower_size]
    const std::int32_t* of_group = nullptr;
};

struct AcSteps {
    double tolerance = 1e-10;
    double q_tolerance = 1e-8;
    int most = 16;
};

/// Newton of single hours.
struct AcNewton {
    AcStructure net;
    AcInput input;
    AcBatch batch;
    AcBins bins;
    AcOutput output;
    AcSteps steps;
    int angle_steps = 0; ///< first steps in which all magnitudes rest
    double near = 1e-2;  ///< largest mismatch of an hour with which its sides are judged
    bool damped = false;
    bool keep_factor = false; ///< the batch is the bins' means: start, sides and factor are stored
    const std::int64_t* source = nullptr; ///< by place: tile of the state to start from, or ~bin
    const double* tiles = nullptr;        ///< states of hours that were left before
    const std::int32_t* bin = nullptr;    ///< by place: whose sides to start from; -1: none
    AcLeft* left = nullptr;               ///< by place

    double* voltage = nullptr; ///< room: [slot][nodes x 2]
    double* best = nullptr;    ///< room: [slot][nodes x 2], where damped
    double* power = nullptr;   ///< room: [slot][nodes x 2], P and Q at the present voltages
    double* given = nullptr;   ///< room: [slot][nodes x 2], P and Q that are given
    double* free_v = nullptr;  ///< room: [slot][nodes]: 1 where the magnitude is free
    AcSide* side = nullptr;    ///< room: [slot][nodes]
    std::uint8_t* returns =
        nullptr;            ///< room: [slot][nodes]: times that a node went back to holding
    float* work = nullptr;  ///< room: [slot][work_size]
    float* lower = nullptr; ///< room: [slot][lower_size], where factors are kept
    float* x = nullptr;     ///< room: [slot][unknowns]
    std::ptrdiff_t slots = 0;
};

/// Steps with the shared factor.
struct AcChord {
    AcStructure net;
    AcInput input;
    AcBatch batch;
    AcBins bins;
    AcOutput output;
    AcSteps steps;
    AcLeft* left = nullptr; ///< by place

    double* voltage = nullptr; ///< room: [slot][nodes x 2] tiles
    double* given = nullptr;   ///< room: [slot][nodes x 2] tiles: P and Q that are given
    double* state = nullptr;   ///< [group][nodes x 2] tiles: voltages of groups with hours left
    float* x = nullptr;        ///< room: [slot][3 x unknowns] tiles
    AcNewton own;              ///< rooms of the factors that hours make for themselves, and, where
                               ///< its `side` is there, of their own sides of reactive limits
    int own_from = 0;          ///< first step with these
    std::ptrdiff_t slots = 0;
};

} // namespace longyang::kernels::detail
