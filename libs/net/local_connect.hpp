// A connection to a Unix stream socket, as a Stream in clear; its endpoints say nothing.
#pragma once

#include <filesystem>

#include "net/stream.hpp"

namespace scop::net {

// unavailable: nobody listens there, or the queue of connections is full.
Outcome<Stream> connect_local(const Executor& executor, const std::filesystem::path& path);

}  // namespace scop::net
