#pragma once

#include "lp/flat.hpp"
#include "model/blocks.hpp"
#include "solve/highs/engine.hpp"

#include <span>
#include <string>

namespace longyang::run {

/// What a tag or a kind of column means, in the words of a message: "minimum time on" for TH-2. The
/// tag itself where none is known.
[[nodiscard]] std::string rule_words(const std::string& family);

/// A conflict that the engine found, as lines for the user: which plant or network limit, which
/// rule, which hour (as a date), what it asks for. Says so where the conflict is empty.
[[nodiscard]] std::string describe_conflict(const model::Context& context,
                                            std::span<const lp::Block> blocks,
                                            const lp::Coupling& coupling,
                                            const lp::FlatProgramme& programme,
                                            const solve::highs::Engine::Conflict& conflict);

} // namespace longyang::run
