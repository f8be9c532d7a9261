// Our DKIM for the differential tests. Messages are the files of a folder; keys.txt there holds "<name>
// <record>" lines.
//   scop-test-dkim-ours sign FOLDER KEY.pem SELECTOR HEADER/BODY [oversign]   NAME becomes NAME.signed
//   scop-test-dkim-ours verify FOLDER                                        "NAME pass|fail|… reason" per
//   signature
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "dkim/signer.hpp"
#include "dkim/verifier.hpp"

namespace {

namespace fs = std::filesystem;
using namespace scop;

std::string contents(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

std::vector<fs::path> messages(const fs::path& folder, std::string_view ending) {
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (entry.path().string().ends_with(ending)) files.push_back(entry.path());
  }
  std::ranges::sort(files);
  return files;
}

dkim::Seconds seconds_now() {
  return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
}

int sign(std::span<char*> arguments) {
  auto key = dkim::DkimKey::from_pem(contents(arguments[1])).value();
  const std::string forms = arguments[3];
  const auto form = [](std::string_view name) {
    return name == "simple" ? dkim::Canonical::simple : dkim::Canonical::relaxed;
  };
  dkim::SigningPolicy policy;
  policy.header_form = form(forms.substr(0, forms.find('/')));
  policy.body_form = form(forms.substr(forms.find('/') + 1));
  if (arguments.size() < 5) {
    policy.oversigned.clear();
    policy.signed_where_present = {"From", "To", "Cc", "Subject", "Date", "Message-ID"};
  }
  for (const auto& file : messages(arguments[0], ".eml")) {
    const auto text = contents(file);
    const auto header = message::parse_header(text).value();
    dkim::Signer signer(policy);
    signer.body(std::string_view(text).substr(header.body));
    const std::vector<dkim::SigningKeyView> keys{{"example.test", arguments[2], key}};
    const auto values = signer.sign(header.fields, keys, seconds_now()).value();
    std::ofstream(file.string() + ".signed", std::ios::binary)
        << "DKIM-Signature:" << values.front() << "\r\n"
        << text;
  }
  return 0;
}

std::map<std::string, std::string> records(const fs::path& folder) {
  std::map<std::string, std::string> table;
  std::ifstream in(folder / "keys.txt");
  for (std::string line; std::getline(in, line);)
    table[line.substr(0, line.find(' '))] = line.substr(line.find(' ') + 1);
  return table;
}

int verify(const fs::path& folder) {
  const auto table = records(folder);
  for (const auto& file : messages(folder, ".signed")) {
    const auto text = contents(file);
    const auto header = message::parse_header(text).value();
    dkim::Verifier verifier({}, seconds_now());
    for (const auto& name : verifier.header(header)) {
      const auto found = table.find(name);
      verifier.key(name, found == table.end()
                             ? dkim::KeyAnswer{}
                             : dkim::KeyAnswer{dkim::KeyAnswer::Kind::found, {found->second}});
    }
    verifier.body(std::string_view(text).substr(header.body));
    for (const auto& verdict : verifier.finish()) {
      std::printf("%s %s %s\n", file.filename().c_str(), std::string(dkim::name_of(verdict.result)).c_str(),
                  verdict.reason.c_str());
    }
  }
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  const std::span arguments(argv, static_cast<std::size_t>(argc));
  const std::string verb = argc > 2 ? arguments[1] : "";
  if (verb == "verify") return verify(arguments[2]);
  if (verb == "sign" && argc > 5) return sign(arguments.subspan(2));
  return 2;
}
