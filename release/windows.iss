; The installer for Windows, of what PyInstaller made of release/pigeonhole.spec in build\frozen:
;   iscc /DVersion=0.1.0 release\windows.iss
; It asks for no administrator: the program is installed for one user unless that user chooses otherwise.

[Setup]
AppId={{5B0C7A63-4E0B-4E6C-9E55-1B0B6A4C7D21}
AppName=Pigeonhole
AppVersion={#Version}
AppPublisher=The Pigeonhole developers
AppPublisherURL=https://github.com/pigeonhole-images/pigeonhole
SourceDir=..
DefaultDirName={autopf}\Pigeonhole
DefaultGroupName=Pigeonhole
DisableProgramGroupPage=yes
PrivilegesRequired=lowest
PrivilegesRequiredOverridesAllowed=dialog
ArchitecturesAllowed=x64compatible
ArchitecturesInstallIn64BitMode=x64compatible
LicenseFile=LICENSE
UninstallDisplayIcon={app}\pigeonhole-gui.exe
OutputDir=dist
OutputBaseFilename=Pigeonhole-{#Version}-setup
Compression=lzma2
SolidCompression=yes
WizardStyle=modern

[Languages]
Name: "en"; MessagesFile: "compiler:Default.isl"
Name: "ko"; MessagesFile: "compiler:Languages\Korean.isl"

[CustomMessages]
en.OpenFolder=Open with Pigeonhole
ko.OpenFolder=Pigeonhole로 열기

[Files]
Source: "build\frozen\pigeonhole\*"; DestDir: "{app}"; Flags: recursesubdirs ignoreversion

[Icons]
Name: "{group}\Pigeonhole"; Filename: "{app}\pigeonhole-gui.exe"; AppUserModelID: "Pigeonhole.Pigeonhole"

[Registry]
; Projects are folders, which have no types on Windows: every folder gets an entry in its menu.
Root: HKA; Subkey: "Software\Classes\Directory\shell\Pigeonhole"; ValueType: string; ValueData: "{cm:OpenFolder}"; Flags: uninsdeletekey
Root: HKA; Subkey: "Software\Classes\Directory\shell\Pigeonhole"; ValueName: "Icon"; ValueType: string; ValueData: "{app}\pigeonhole-gui.exe"
Root: HKA; Subkey: "Software\Classes\Directory\shell\Pigeonhole\command"; ValueType: string; ValueData: """{app}\pigeonhole-gui.exe"" ""%1"""

[Run]
Filename: "{app}\pigeonhole-gui.exe"; Description: "{cm:LaunchProgram,Pigeonhole}"; Flags: nowait postinstall skipifsilent
