#include "grid/leave_out_branches.hpp"

#include <algorithm>
#include <cstddef>
#include <vector>

namespace longyang::grid {
namespace {

/// Number that each row has among those that are kept; -1: it goes.
using NewNumbers = std::vector<int>;

template <class Kept>
NewNumbers number_rows(std::size_t rows, const Kept& kept) {
    NewNumbers number(rows, -1);
    int next = 0;
    for (std::size_t i = 0; i < rows; ++i) {
        if (kept(i)) {
            number[i] = next++;
        }
    }
    return number;
}

/// Columns that nobody filled stay empty.
template <class... Columns>
void keep(const NewNumbers& number, Columns&... columns) {
    const auto keep_one = [&number](auto& column) {
        std::size_t next = 0;
        for (std::size_t i = 0; i < column.size(); ++i) {
            if (number[i] >= 0) {
                std::swap(column[next++], column[i]);
            }
        }
        column.resize(next);
    };
    (keep_one(columns), ...);
}

void keep_common(const NewNumbers& number, Rows& rows) {
    keep(number, rows.name, rows.source, rows.quality, rows.note, rows.line);
}

/// References to rows that stay; -1 refers to none.
void renumber(const NewNumbers& number, Integers& column) {
    for (int& row : column) {
        row = row < 0 ? row : number[static_cast<std::size_t>(row)];
    }
}

} // namespace

void leave_out_branches(System& system, std::span<const char> out) {
    if (out.empty()) {
        return;
    }
    Branches& branches = system.branches;
    const NewNumbers branch = number_rows(out.size(), [&](std::size_t l) { return out[l] == 0; });
    const auto stays = [&](int of) { return of < 0 || out[static_cast<std::size_t>(of)] == 0; };
    keep_common(branch, branches);
    keep(branch, branches.from_bus, branches.to_bus, branches.kind, branches.length_km,
         branches.r_pu, branches.x_pu, branches.b_pu, branches.rating_mw, branches.tap_pu,
         branches.shift_deg, branches.rating_emergency_mw, branches.rating_profile);

    SectionBranches& members = system.section_branches;
    const NewNumbers member =
        number_rows(members.branch.size(), [&](std::size_t k) { return stays(members.branch[k]); });
    keep_common(member, members);
    keep(member, members.section, members.branch, members.sign);
    renumber(branch, members.branch);

    Contingencies& lost = system.contingencies;
    const NewNumbers contingency = number_rows(lost.branch.size(), [&](std::size_t k) {
        return stays(lost.branch[k]) && stays(lost.second_branch[k]);
    });
    keep_common(contingency, lost);
    keep(contingency, lost.branch, lost.second_branch);
    renumber(branch, lost.branch);
    renumber(branch, lost.second_branch);

    ContingencyActions& actions = system.contingency_actions;
    const NewNumbers action = number_rows(actions.contingency.size(), [&](std::size_t k) {
        return contingency[static_cast<std::size_t>(actions.contingency[k])] >= 0;
    });
    keep_common(action, actions);
    keep(action, actions.contingency, actions.kind, actions.hvdc, actions.plant_table,
         actions.plant, actions.amount_mw, actions.arm_above_mw);
    renumber(contingency, actions.contingency);
}

} // namespace longyang::grid
