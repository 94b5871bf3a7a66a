#include "grid/outages.hpp"

#include "grid/service.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <string_view>

namespace longyang::grid {
namespace {

/// splitmix64 (Steele, Lea, Flood 2014). Written out because the standard library's distributions
/// give other numbers with every compiler.
std::uint64_t next_random(std::uint64_t& state) {
    state += 0x9e3779b97f4a7c15ULL;
    std::uint64_t z = state;
    z = (z ^ (z >> 30U)) * 0xbf58476d1ce4e5b9ULL;
    z = (z ^ (z >> 27U)) * 0x94d049bb133111ebULL;
    return z ^ (z >> 31U);
}

/// Uniform in (0, 1], from the upper 53 bits.
double next_uniform(std::uint64_t& state) {
    return (static_cast<double>(next_random(state) >> 11U) + 1.0) * 0x1.0p-53;
}

double next_exponential(std::uint64_t& state, double mean) {
    return -mean * std::log(next_uniform(state));
}

/// FNV-1a of the name, stirred with the seed.
std::uint64_t stream_start(std::string_view name, std::uint64_t seed) {
    std::uint64_t hash = 0xcbf29ce484222325ULL;
    for (const char letter : name) {
        hash ^= static_cast<unsigned char>(letter);
        hash *= 0x100000001b3ULL;
    }
    std::uint64_t state = seed;
    return hash ^ next_random(state);
}

void append_forced(Outages& outages, int plant, int from_hour, int to_hour, std::uint64_t seed) {
    outages.plant.push_back(plant);
    outages.from_hour.push_back(from_hour);
    outages.to_hour.push_back(to_hour);
    outages.units.push_back(1);
    outages.kind.emplace_back("forced");
    outages.source.push_back(fmt::format("drawn with outage seed {}", seed));
    outages.quality.emplace_back("estimated");
    outages.note.emplace_back();
    outages.line.push_back(0);
}

} // namespace

std::vector<int> available_units(const System& system, int plant, Span span) {
    const Outages& outages = system.outages;
    std::vector<int> available(span.size(), system.thermal.units[static_cast<std::size_t>(plant)]);
    for (std::size_t k = 0; k < outages.plant.size(); ++k) {
        if (outages.plant[k] != plant) {
            continue;
        }
        // Once for every year that the span touches.
        const int last_year = (span.begin + span.hours) / hours_per_year;
        for (int year = 0; year <= last_year; ++year) {
            const int shift = year * hours_per_year - span.begin;
            const int first = std::max(outages.from_hour[k] + shift, 0);
            const int last = std::min(outages.to_hour[k] + shift, span.hours);
            for (int t = first; t < last; ++t) {
                available[static_cast<std::size_t>(t)] -= outages.units[k];
            }
        }
    }
    const std::vector<char> in_service = service_hours(system, plant);
    const HeatPlan heat = heat_plan(system, plant);
    for (int t = 0; t < span.hours; ++t) {
        const auto hour = static_cast<std::size_t>((span.begin + t) % hours_per_year);
        int& units = available[static_cast<std::size_t>(t)];
        units = in_service[hour] == 0 ? 0 : std::max(units, 0);
        if (heat.back_pressure) {
            units = std::min(units, heat.units[hour]); // TH-15
        }
    }
    return available;
}

void draw_forced_outages(System& system, std::uint64_t seed) {
    if (seed == 0) {
        return;
    }
    const Thermal& thermal = system.thermal;
    for (std::size_t plant = 0; plant < thermal.name.size(); ++plant) {
        const double rate = thermal.forced_outage_rate[plant];
        if (rate <= 0.0) {
            continue;
        }
        const double repair_h = thermal.repair_h[plant];
        const double failure_h = repair_h * (1.0 - rate) / rate;
        std::uint64_t state = stream_start(thermal.name[plant], seed);
        for (int unit = 0; unit < thermal.units[plant]; ++unit) {
            // What is left of an exponential time is as long as a whole one, so the stationary
            // process starts out of service with probability `rate` and goes on as always.
            bool out = next_uniform(state) <= rate;
            double now_h = 0.0;
            while (now_h < hours_per_year) {
                const double end_h = now_h + next_exponential(state, out ? repair_h : failure_h);
                if (out) {
                    // To the nearest hour at both ends: no longer and no shorter on average.
                    const int from = static_cast<int>(std::lround(now_h));
                    const int to = static_cast<int>(
                        std::lround(std::min(end_h, static_cast<double>(hours_per_year))));
                    if (from < to) {
                        append_forced(system.outages, static_cast<int>(plant), from, to, seed);
                    }
                }
                now_h = end_h;
                out = !out;
            }
        }
    }
}

} // namespace longyang::grid
