#pragma once

#include "grid/tables.hpp"
#include "lp/block.hpp"
#include "model/blocks.hpp"

#include <span>
#include <vector>

/// What the constraint families of an HVDC line share. Internal to model; hvdc.hpp is the way in.
namespace longyang::model {

/// Hours over which a line's power is held, as far as they lie in the span.
struct HeldHours {
    int begin = 0, end = 0; ///< hours of the span, [begin, end)
    int day = 0;            ///< of the year, counted on into the next one
    double low_mw = 0.0, high_mw = 0.0;
    int power = -1; ///< its column, once there is one

    [[nodiscard]] int hours() const { return end - begin; }
};

/// Change that the limits of HV-1 force between two blocks, MW; 0 where none.
[[nodiscard]] double forced_change_mw(const HeldHours& before, const HeldHours& at);

/// The blocks of hours of a line over the span, with the limits of HV-1.
[[nodiscard]] std::vector<HeldHours> held_hours(const Context& context, int line);

/// delivered <= slope x power + offset_mw.
struct LossChord {
    double slope = 1.0;
    double offset_mw = 0.0;
};
/// HV-5's chords of a line; at least one.
[[nodiscard]] std::vector<LossChord> loss_chords(const grid::HvdcLines& lines, int line);
/// The least of the chords at a power.
[[nodiscard]] double delivered_mw(std::span<const LossChord> chords, double power_mw);

// The families, each in a file of its own.
/// HV-1, HV-2: the power's columns and ports, and its levels.
void add_levels(const Context& context, int line, std::span<HeldHours> held, lp::Block& block);
/// HV-3, HV-4.
void add_changes(const Context& context, int line, std::span<const HeldHours> held,
                 lp::Block& block);
/// HV-5, and the value of what is delivered.
void add_losses(const Context& context, int line, std::span<const HeldHours> held,
                lp::Block& block);

/// HV-6, and the price of what is missing.
void add_demand(const Context& context, int line, std::span<const HeldHours> held,
                lp::Block& block);

} // namespace longyang::model
