#include "base/log.hpp"

#include <spdlog/sinks/stdout_color_sinks.h>

namespace longyang {

void start_log(const Comm& comm, int verbosity) {
    auto logger = spdlog::get("longyang");
    if (!logger) {
        logger = spdlog::stderr_color_mt("longyang");
    }
    logger->set_pattern("%Y-%m-%d %H:%M:%S %^%-7l%$ %v");
    const auto level = verbosity <= 0   ? spdlog::level::warn
                       : verbosity == 1 ? spdlog::level::info
                                        : spdlog::level::debug;
    // Other ranks speak up only when something is wrong; the root tells the story.
    logger->set_level(comm.root() ? level : spdlog::level::err);
    spdlog::set_default_logger(logger);
}

} // namespace longyang
