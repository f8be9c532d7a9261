#include "workload.hpp"

#include <fstream>
#include <sstream>

namespace scop::bench {

namespace {

std::string stuffed(std::string_view message) {
  std::string text;
  text.reserve(message.size() + 64);
  bool at_start = true;
  for (const char octet : message) {
    if (at_start && octet == '.') text += '.';
    text += octet;
    at_start = octet == '\n';
  }
  return text + ".\r\n";
}

}  // namespace

Outcome<std::vector<Visit>> read_workload(const std::string& file) {
  std::ifstream input(file, std::ios::binary);
  if (!input) return failure(ErrorKind::unavailable, "cannot open " + file);
  std::vector<Visit> visits;
  std::string line;
  while (std::getline(input, line)) {
    std::istringstream words(line);
    std::string what;
    std::string first;
    std::string second;
    words >> what >> first >> second;
    boost::system::error_code error;
    if (what == "session") {
      visits.push_back({boost::asio::ip::make_address(first, error), second, {}});
      if (error) return failure(ErrorKind::malformed, "no address: " + line);
      continue;
    }
    std::size_t octets = 0;
    if (what != "message" || visits.empty() || !(words >> octets))
      return failure(ErrorKind::malformed, "expected a session or a message: " + line.substr(0, 100));
    std::string message(octets, '\0');
    if (!input.read(message.data(), static_cast<std::streamsize>(octets)))
      return failure(ErrorKind::malformed, "cut short behind: " + line);
    visits.back().letters.push_back({first == "<>" ? "" : first, second, stuffed(message)});
  }
  return visits;
}

}  // namespace scop::bench
